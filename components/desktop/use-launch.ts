"use client";
import { useCallback } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { toProblem } from "@/components/data/problem";
import { useSession } from "@/components/data/session";
import { useToast } from "@/components/ui/toast";
import type { LaunchView } from "@/lib/model/installation-views";
import { appAddress, isConsolePath } from "./address";
import { DETAILS, isSystem, leadsToDetails, systemHome } from "./entries";
import { desktop, useDesktop, windowsOf } from "./store";
import { useEntries } from "./use-entries";

export interface Launch {
  /** Opens an app, the way its entry says; brings its window to the front if it has one. */
  open: (app: string) => void;
  /** Opens the details of an installation. */
  details: (installation: string) => void;
  /** Opens the plan of upgrading an installation to a tag. */
  upgrade: (installation: string, tag: string) => void;
  close: (app: string) => void;
}

/** Opening and closing apps: the window at once, the image's ON_RUN and ON_CLOSE actions through the server. */
export function useLaunch(): Launch {
  const t = useTranslations("desktop");
  const { namespace } = useSession();
  const { byApp } = useEntries();
  const toast = useToast();

  const tell = useCallback(
    async (app: string, event: "ON_RUN" | "ON_CLOSE") => {
      try {
        const answer = await api<LaunchView | undefined>(
          "POST",
          apiPath("namespaces", namespace, "apps", app, "launch"),
          { event },
        );
        if (event === "ON_RUN" && answer?.opens.type === "none") {
          toast({
            tone: "warn",
            title: t("launch.nothing"),
            description: t(`launch.none.${answer.opens.reason}`),
          });
        }
      } catch (error) {
        const problem = toProblem(error);
        toast({
          tone: "warn",
          title: event === "ON_RUN" ? t("launch.runFailed") : t("launch.closeFailed"),
          description: problem.detail ?? problem.title,
        });
      }
    },
    [namespace, t, toast],
  );

  const details = useCallback((installation: string) => {
    desktop.open(DETAILS, `/installations/${encodeURIComponent(installation)}`);
  }, []);

  const upgrade = useCallback((installation: string, tag: string) => {
    const query = new URLSearchParams({ upgrade: tag });
    desktop.open(DETAILS, `/installations/${encodeURIComponent(installation)}?${query}`);
  }, []);

  const open = useCallback(
    (app: string) => {
      if (systemHome(app)) return desktop.open(app);
      const entry = byApp.get(app);
      if (!entry) {
        toast({ tone: "warn", title: t("launch.gone") });
        return;
      }
      const present = windowsOf(useDesktop.getState()).some((window) => window.app === app);
      if (present) return desktop.focus(app);
      if (entry.installation && leadsToDetails(entry)) return details(entry.installation);
      if (!entry.opens) return;
      if (entry.opens.type === "link") {
        const address = appAddress(entry.opens.url, location.origin);
        if (!address) {
          toast({ tone: "warn", title: t("launch.refused"), description: entry.opens.url });
          return;
        }
        window.open(address, "_blank", "noopener");
      } else if (entry.opens.type === "app") {
        desktop.open(app, isConsolePath(entry.opens.url) ? entry.opens.url : undefined);
      } else {
        desktop.open(app);
      }
      void tell(app, "ON_RUN");
    },
    [byApp, details, tell, t, toast],
  );

  const close = useCallback(
    (app: string) => {
      desktop.close(app);
      if (!isSystem(app) && byApp.has(app)) void tell(app, "ON_CLOSE");
    },
    [byApp, tell],
  );

  return { open, details, upgrade, close };
}
