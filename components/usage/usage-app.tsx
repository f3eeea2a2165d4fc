"use client";
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import type { UsageDay } from "@/lib/model/statement";
import { BudgetCard } from "./budget-card";
import { MetersTable } from "./meters-table";
import { StatementView } from "./statement-view";
import { byApp, monthRange } from "./summary";
import { UsageChart } from "./usage-chart";
import { UsageTable } from "./usage-table";

const MONTHS = 12;
/** No stream tells of it; the manager writes it about as often. */
const REFRESH_MS = 60_000;

/** What the workspace used, by day and app, and what it cost: `/usage?month=1` for the month before this one,
 * `&view=statement` for its statement. */
export default function UsageApp() {
  const t = useTranslations("usage");
  const locale = useLocale();
  const { path, navigate } = useNavigation();
  const { namespace, workspace } = useSession();
  const back = Math.min(MONTHS, Math.max(0, Number.parseInt(queryOf(path).get("month") ?? "0", 10) || 0));
  const statement = queryOf(path).get("view") === "statement";
  const range = monthRange(new Date(), back);
  const search = new URLSearchParams(range).toString();
  const usage = useQuery({
    queryKey: ["usage", namespace, range.from, range.to],
    queryFn: ({ signal }) =>
      api<{ days: UsageDay[] }>("GET", `${apiPath("namespaces", namespace, "usage")}?${search}`, undefined, {
        signal,
      }),
    refetchInterval: REFRESH_MS,
  });
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(range.from),
  );
  const go = (to: number) =>
    navigate(withQuery(path, { month: to === 0 ? undefined : String(to) }), { replace: true });
  const days = usage.data?.days ?? [];

  return (
    <div className="@container h-full overflow-y-auto bg-canvas">
      <article className="mx-auto flex w-full max-w-[960px] flex-col gap-5 p-4 @3xl:px-8 @3xl:py-6">
        <header className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 flex-1 basis-56">
            <h1 className="text-xl font-semibold">{t("title")}</h1>
            <p className="mt-1 text-sm text-muted">{t("lead", { workspace: workspace.name, month })}</p>
          </div>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" disabled={back >= MONTHS} onClick={() => go(back + 1)}>
              {t("earlier")}
            </Button>
            <Button size="sm" disabled={back === 0} onClick={() => go(back - 1)}>
              {t("later")}
            </Button>
            <Button
              size="sm"
              onClick={() => navigate(withQuery(path, { view: statement ? undefined : "statement" }))}
            >
              {t(statement ? "usageLink" : "statementLink")}
            </Button>
            {/* A statement has an export of its own. */}
            {statement ? null : (
              <a
                className={buttonClass("secondary", "sm")}
                href={`${apiPath("namespaces", namespace, "usage", "export")}?${search}`}
                download
              >
                <Download size={16} aria-hidden />
                {t("csv")}
              </a>
            )}
          </div>
        </header>
        {back === 0 && !statement ? <BudgetCard /> : null}
        {statement ? (
          <StatementView month={range.from.slice(0, 7)} name={month} />
        ) : usage.isPending ? (
          <SkeletonGroup label={t("loading")} className="flex flex-col gap-4">
            <Skeleton className="h-44 w-full" />
            <Skeleton className="h-40 w-full" />
          </SkeletonGroup>
        ) : usage.isError ? (
          <ErrorState error={usage.error} title={t("failed")} onRetry={() => void usage.refetch()} />
        ) : byApp(days).length === 0 && days.every(({ gaps }) => gaps.length === 0) ? (
          <EmptyState title={t("empty", { month })}>{t("emptyHint")}</EmptyState>
        ) : (
          <>
            <UsageChart days={days} range={range} />
            <UsageTable days={days} />
            <MetersTable days={days} />
          </>
        )}
      </article>
    </div>
  );
}
