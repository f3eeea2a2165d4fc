"use client";
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useMemo,
  useState,
} from "react";
import type { RepositoryCard } from "@/lib/model/repository-views";
import type { Installation } from "@/lib/model/resources";
import type { LinkedInputs } from "./install-link";

/** What the dialog is opened for. */
export type InstallRequest =
  | { kind: "install"; card: RepositoryCard; tag?: string; linked?: LinkedInputs }
  | { kind: "update"; card: RepositoryCard; tag?: string; installation: Installation };

const InstallDialog = lazy(() => import("@/components/install/install-dialog"));
const UninstallDialog = lazy(() => import("@/components/installation/uninstall-dialog"));

interface InstallActions {
  install: (request: InstallRequest) => void;
  uninstall: (installation: Installation) => void;
}

const InstallContext = createContext<InstallActions | undefined>(undefined);

/** Opens the install and uninstall dialogs from anywhere below `InstallHost`. */
export function useInstall(): InstallActions {
  const actions = useContext(InstallContext);
  if (!actions) throw new Error("useInstall is used outside of InstallHost");
  return actions;
}

/** Holds the dialogs, whose code comes with their first use. */
export function InstallHost({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<InstallRequest>();
  const [leaving, setLeaving] = useState<Installation>();
  const close = useCallback(() => setRequest(undefined), []);
  const stay = useCallback(() => setLeaving(undefined), []);
  const actions = useMemo(() => ({ install: setRequest, uninstall: setLeaving }), []);
  return (
    <InstallContext value={actions}>
      {children}
      <Suspense fallback={null}>
        {request ? <InstallDialog request={request} onClose={close} /> : null}
        {leaving ? <UninstallDialog installation={leaving} onClose={stay} /> : null}
      </Suspense>
    </InstallContext>
  );
}
