"use client";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import type { SessionView, Workspace } from "@/lib/model/session-views";
import { api } from "./api";
import { connection } from "./connection";
import { ApiProblem } from "./problem";
import { stream } from "./stream";

export interface Session extends SessionView {
  /** The workspace at hand. */
  workspace: Workspace;
  namespace: string;
  /** Whether this member may change things here. */
  mayEdit: boolean;
  setNamespace: (namespace: string) => void;
}

const SessionContext = createContext<Session | undefined>(undefined);
const KEY = "workspace";

/** Who is signed in and where. Below `SessionProvider` there is always somebody. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is used outside of SessionProvider");
  return session;
}

/**
 * Reads the session, opens the tab's stream for its workspace, and draws `loading` until then. Without a session the
 * browser goes to the sign-in page and comes back to where it was.
 */
export function SessionProvider({ children, loading }: { children: ReactNode; loading: ReactNode }) {
  const query = useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => api<SessionView>("GET", "/api/session", undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => !(error instanceof ApiProblem && error.status < 500) && count < 3,
  });
  const [chosen, setChosen] = useState<string>();
  const answer = query.data;
  const workspace =
    answer?.workspaces.find((each) => each.namespace === (chosen ?? remembered())) ?? answer?.workspaces[0];

  const setNamespace = useCallback((namespace: string) => {
    localStorage.setItem(KEY, namespace);
    setChosen(namespace);
  }, []);

  const namespace = workspace?.namespace;
  useEffect(() => {
    if (namespace) stream.setNamespace(namespace);
  }, [namespace]);

  useEffect(() => {
    const again = () => stream.reconnect();
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, []);

  const missing = query.error instanceof ApiProblem && query.error.code === "signed-out" && !answer;
  useEffect(() => {
    if (!missing) return;
    connection.signedIn();
    const here = `${location.pathname}${location.search}`;
    location.replace(here === "/" ? "/signin" : `/signin?callbackUrl=${encodeURIComponent(here)}`);
  }, [missing]);

  const value = useMemo<Session | undefined>(
    () =>
      answer && workspace
        ? {
            ...answer,
            workspace,
            namespace: workspace.namespace,
            mayEdit: workspace.role !== "viewer",
            setNamespace,
          }
        : undefined,
    [answer, workspace, setNamespace],
  );

  if (value) return <SessionContext value={value}>{children}</SessionContext>;
  // What the server says in words is shown while it is tried again: its own waiting takes long enough.
  const trouble =
    query.error ?? (query.failureReason instanceof ApiProblem ? query.failureReason : undefined);
  if (trouble && !missing) return <ErrorState error={trouble} onRetry={() => query.refetch()} />;
  return loading;
}

function remembered(): string | undefined {
  return typeof localStorage === "undefined" ? undefined : (localStorage.getItem(KEY) ?? undefined);
}
