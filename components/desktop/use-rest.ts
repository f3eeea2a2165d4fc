"use client";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { toProblem } from "@/components/data/problem";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { useToast } from "@/components/ui/toast";
import type { Installation } from "@/lib/model/resources";
import type { Entry } from "./entries";

/** Stops and starts an app from its icon. Undefined for what is not the reader's to stop. */
export function useRest(): (entry: Entry) => (() => Promise<void>) | undefined {
  const t = useTranslations("desktop.icon");
  const { namespace, mayEdit } = useSession();
  const toast = useToast();
  return ({ installation, suspended, title }) => {
    if (!installation || suspended === undefined || !mayEdit) return undefined;
    return async () => {
      try {
        const changed = await api<Installation>(
          "PATCH",
          apiPath("namespaces", namespace, "installations", installation),
          { suspended: !suspended },
        );
        stream.accept("installations", installation, changed);
      } catch (error) {
        const { detail, title: problem } = toProblem(error);
        toast({
          tone: "danger",
          title: t(suspended ? "startFailed" : "stopFailed", { title }),
          description: detail ?? problem,
        });
      }
    };
  };
}
