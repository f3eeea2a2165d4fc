"use client";
import { ChevronRight, ShieldAlert, ShieldCheck } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { Reason } from "@/components/i18n/reason";
import { Badge } from "@/components/ui/badge";
import { cx } from "@/components/ui/cx";
import type { GrantedRight } from "@/lib/model/plan";
import { Part } from "./plan-part";

/** What its pods may do. Of a change, what is new comes first; what they have already is folded away. */
export function RightsPart({ rights, change }: { rights: readonly GrantedRight[]; change: boolean }) {
  const t = useTranslations("installation");
  const fresh = change ? rights.filter(({ added }) => added) : rights;
  const known = change ? rights.filter(({ added }) => !added) : [];
  return (
    <Part title={t("plan.rights")}>
      {fresh.length === 0 ? (
        <p className="flex items-start gap-2 text-muted">
          <ShieldCheck size={16} aria-hidden className="mt-0.5 shrink-0 text-ok" />
          {t(rights.length === 0 ? "plan.noRights" : "plan.noNewRights")}
        </p>
      ) : (
        <Rights rights={fresh} />
      )}
      {known.length > 0 ? (
        <details className="group mt-1">
          <summary className="-mx-1 flex min-h-8 list-none items-center gap-1 rounded-md px-1 text-sm text-muted hover:bg-hover">
            <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
            {t("plan.knownRights", { count: known.length })}
          </summary>
          <div className="mt-1 ml-5">
            <Rights rights={known} />
          </div>
        </details>
      ) : null}
    </Part>
  );
}

function Rights({ rights }: { rights: readonly GrantedRight[] }) {
  const t = useTranslations("installation");
  const locale = useLocale();
  return (
    <ul className="flex flex-col gap-2">
      {rights.map((right) => (
        <li key={`${right.subject ?? ""} ${right.message}`} className="flex items-start gap-2">
          <ShieldAlert
            size={16}
            aria-hidden
            className={cx("mt-0.5 shrink-0", right.level === "warning" ? "text-warn" : "text-muted")}
          />
          <span className="min-w-0 wrap-break-word">
            {right.added ? (
              <Badge tone="warn" className="mr-1.5">
                {t("plan.new")}
              </Badge>
            ) : null}
            {right.i18n?.[locale] ?? <Reason of={right} />}
            {right.subject ? (
              <span className="block text-sm text-muted">{t("plan.subject", { name: right.subject })}</span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
