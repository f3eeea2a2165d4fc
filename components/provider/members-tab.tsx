"use client";
import { useLocale, useTranslations } from "use-intl";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { MemberKind } from "@/lib/model/image";
import type { MemberView } from "@/lib/model/stream";

/** What an instance is made of instead of pods, such as machines, with the columns that its provider declares. */
export function MembersTab({ kind, members }: { kind: MemberKind; members: readonly MemberView[] }) {
  const t = useTranslations("provider");
  const locale = useLocale();
  if (members.length === 0) return <p className="py-4 text-muted">{t("noMembers")}</p>;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {members.map((member) => (
        <li key={member.name} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
          <span className="w-28 shrink-0">
            <StatusBadge status={member.phase} plain />
          </span>
          <MiddleTruncate text={member.name} mono className="min-w-0 font-medium" />
          <span className="ml-auto text-sm text-muted">
            <RelativeTime value={member.createdAt} />
          </span>
          <dl className="flex basis-full flex-wrap gap-x-4 text-sm @md:pl-32">
            {kind.columns.map((column, index) => {
              const value = member.columns[index];
              return value === null || value === undefined || value === "" ? null : (
                <div key={column.path} className="flex min-w-0 gap-x-1.5">
                  <dt className="text-muted">{column.i18n?.[locale]?.title ?? column.title}</dt>
                  <dd className="min-w-0 wrap-anywhere tabular-nums">{value}</dd>
                </div>
              );
            })}
          </dl>
        </li>
      ))}
    </ul>
  );
}
