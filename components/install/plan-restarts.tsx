"use client";
import { RotateCw } from "lucide-react";
import { useTranslations } from "use-intl";
import type { ObjectReference } from "@/lib/model/kubernetes";
import { Part } from "./plan-part";

/** Which workloads a change restarts. */
export function RestartsPart({ restarts }: { restarts: readonly ObjectReference[] }) {
  const t = useTranslations("installation");
  return (
    <Part title={t("plan.restarts")}>
      {restarts.length === 0 ? <p className="text-muted">{t("plan.noRestarts")}</p> : null}
      <ul className="flex flex-col gap-1">
        {restarts.map(({ kind, name }) => (
          <li key={`${kind}/${name}`} className="flex items-start gap-2">
            <RotateCw size={16} aria-hidden className="mt-0.5 shrink-0 text-warn" />
            <span className="min-w-0 wrap-break-word">
              {t("plan.restart", { kind })} <span className="font-mono text-sm">{name}</span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
