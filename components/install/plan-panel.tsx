"use client";
import { ChevronRight, CircleAlert, CircleX, Info, PackagePlus } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { Reason } from "@/components/i18n/reason";
import { Badge } from "@/components/ui/badge";
import { cx } from "@/components/ui/cx";
import { ErrorState } from "@/components/ui/error-state";
import { Meter } from "@/components/ui/meter";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { formatBytes, formatCores } from "@/components/ui/units";
import type { Plan, PlanBlocker, PlanNotice, PlannedObject, QuotaLine } from "@/lib/model/plan";
import type { ProviderChoice } from "@/lib/model/resources";
import { CostPart } from "./plan-cost";
import { Part } from "./plan-part";
import { ProvidersPart } from "./plan-providers";
import { RestartsPart } from "./plan-restarts";
import { RightsPart } from "./plan-rights";
import { groupBlockers, groupObjects, tightestFirst } from "./plan-view";
import { RecreateButtons } from "./recreate-buttons";
import { PlanWays } from "./ways-on";

/** Bars that are shown at once. */
const FEW = 4;

interface PlanPanelProps {
  plan: Plan | undefined;
  error: unknown;
  stale: boolean;
  /** The form still lacks something. */
  incomplete: boolean;
  onRetry: () => void;
  /** Before a link leads away. */
  onLeave?: (() => void) | undefined;
  /** What was chosen since the plan was made. */
  chosen?: readonly ProviderChoice[] | undefined;
  /** Chooses which image (`org/repo:tag`) brings a kind (`Kind.group`). */
  onChoose?: (kind: string, image: string) => void;
  /** Lets an object (`Kind/name`) be deleted and made anew; absent where nothing is changed. */
  onRecreate?: (object: string) => void;
}

/** What will happen, before anything does. */
export function PlanPanel({
  plan,
  error,
  stale,
  incomplete,
  onRetry,
  onLeave,
  chosen,
  onChoose,
  onRecreate,
}: PlanPanelProps) {
  const t = useTranslations("installation");
  return (
    <section aria-label={t("plan.title")} aria-busy={stale && !incomplete}>
      <h3 className="mb-3 font-semibold">{t("plan.title")}</h3>
      {error && !incomplete ? (
        <ErrorState error={error} title={t("plan.failed")} onRetry={onRetry} inline />
      ) : !plan ? (
        incomplete ? (
          <p className="text-muted">{t("plan.incomplete")}</p>
        ) : (
          <PlanSkeleton label={t("plan.working")} />
        )
      ) : (
        <div className={cx("flex flex-col gap-5 transition-opacity", (stale || incomplete) && "opacity-60")}>
          <PlanBody
            plan={plan}
            onLeave={onLeave}
            chosen={chosen}
            onChoose={onChoose}
            onRecreate={onRecreate}
          />
        </div>
      )}
    </section>
  );
}

function PlanBody({
  plan,
  onLeave,
  chosen,
  onChoose,
  onRecreate,
}: { plan: Plan } & Pick<PlanPanelProps, "onLeave" | "chosen" | "onChoose" | "onRecreate">) {
  const t = useTranslations("installation");
  const groups = groupObjects(plan);
  const tight = tightestFirst(plan.quota);
  const brings = plan.brings.filter((each) => !each.installed);
  const present = plan.brings.filter((each) => each.installed);
  return (
    <>
      {plan.blockers.length > 0 ? (
        <ul className="flex flex-col gap-2">
          {groupBlockers(plan.blockers).map((group) => (
            <Note key={group[0]?.code} icon={<CircleX size={16} aria-hidden />} tone="danger">
              {group.map((blocker) => (
                <p key={blocker.message} className="not-first:mt-2">
                  <Worded said={blocker} />
                </p>
              ))}
              <Way code={group[0]?.code ?? ""} />
              {group[0] ? (
                <PlanWays blocker={group[0]} image={plan.image} {...(onLeave ? { onLeave } : {})} />
              ) : null}
              {onRecreate ? <RecreateButtons blockers={group} onRecreate={onRecreate} /> : null}
            </Note>
          ))}
        </ul>
      ) : null}

      <Part title={t(plan.mode === "application" ? "plan.objects" : "plan.clusterObjects")}>
        {groups.length === 0 ? <p className="text-muted">{t("plan.nothing")}</p> : null}
        <ul className="flex flex-col gap-1">
          {groups.map((group) => (
            <li key={group.operation}>
              <details
                className="group"
                open={
                  (plan.restarts !== undefined && group.operation === "change") ||
                  group.kinds.some(({ objects }) => objects.some((object) => object.problem)) ||
                  undefined
                }
              >
                <summary className="-mx-1 flex min-h-8 list-none items-center gap-1 rounded-md px-1 hover:bg-hover">
                  <ChevronRight
                    size={14}
                    aria-hidden
                    className="shrink-0 transition-transform group-open:rotate-90"
                  />
                  <span className="min-w-0 flex-1">
                    <span className="font-medium">
                      {t(`plan.operations.${group.operation}`, { count: group.count })}
                    </span>{" "}
                    <span className="text-sm text-muted">
                      {group.kinds
                        .map(({ kind, objects }) => (objects.length > 1 ? `${objects.length} ${kind}` : kind))
                        .join(", ")}
                    </span>
                  </span>
                </summary>
                <ul className="mt-1 mb-2 ml-5 flex flex-col gap-1">
                  {group.kinds.flatMap(({ objects }) =>
                    objects.map((object) => (
                      <PlannedRow
                        key={`${object.kind}/${object.name}`}
                        object={object}
                        explained={plan.blockers.some(({ message }) => message === object.problem)}
                      />
                    )),
                  )}
                </ul>
              </details>
            </li>
          ))}
        </ul>
      </Part>

      {brings.length > 0 || present.length > 0 ? (
        <Part title={t("plan.brings")}>
          <ul className="flex flex-col gap-2">
            {[...brings, ...present].map((each) => (
              <li key={each.image} className="flex items-start gap-2">
                <PackagePlus size={16} aria-hidden className="mt-0.5 shrink-0 text-muted" />
                <span className="min-w-0">
                  {t(each.installed ? "plan.present" : "plan.alsoInstalls", { title: each.title })}
                  <span className="block text-sm text-muted wrap-break-word">
                    <Reason of={each} />
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}

      <ProvidersPart providers={plan.providers ?? []} chosen={chosen} onChoose={onChoose} />
      {plan.restarts ? <RestartsPart restarts={plan.restarts} /> : null}
      <RightsPart rights={plan.rights} change={plan.restarts !== undefined} />

      {plan.quota.length > 0 ? (
        <Part title={t("plan.quota")}>
          <div className="flex flex-col gap-3">
            {tight.slice(0, FEW).map((line) => (
              <QuotaMeter key={line.resource} line={line} />
            ))}
            {tight.length > FEW ? (
              <details className="group">
                <summary className="-mx-1 flex min-h-8 list-none items-center gap-1 rounded-md px-1 text-sm text-muted hover:bg-hover">
                  <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
                  {t("plan.moreQuota", { count: tight.length - FEW })}
                </summary>
                <div className="mt-2 flex flex-col gap-3">
                  {tight.slice(FEW).map((line) => (
                    <QuotaMeter key={line.resource} line={line} />
                  ))}
                </div>
              </details>
            ) : null}
            {tight.length === 0 ? <p className="text-muted">{t("plan.noQuota")}</p> : null}
          </div>
        </Part>
      ) : null}

      {plan.cost ? <CostPart cost={plan.cost} /> : null}

      {plan.notices.length > 0 ? (
        <Part title={t("plan.notices")}>
          <ul className="flex flex-col gap-2">
            {plan.notices.map((notice) => (
              <Note
                key={`${notice.code} ${notice.message}`}
                tone={notice.level === "warning" ? "warn" : "neutral"}
                icon={
                  notice.level === "warning" ? (
                    <CircleAlert size={16} aria-hidden />
                  ) : (
                    <Info size={16} aria-hidden />
                  )
                }
              >
                <Worded said={notice} />
              </Note>
            ))}
          </ul>
        </Part>
      ) : null}
    </>
  );
}

/** The sentence, its object, and the line of the image that it is about. */
function Worded({ said }: { said: PlanNotice | PlanBlocker }) {
  const { object, params } = said;
  return (
    <>
      <Reason of={said} />
      {object ? (
        <span className="block text-sm text-muted">
          {object.kind} <span className="font-mono wrap-break-word">{object.name}</span>
          {params?.file && params.line ? (
            <span className="font-mono wrap-break-word">{` · ${params.file}:${params.line}`}</span>
          ) : null}
        </span>
      ) : null}
    </>
  );
}

/** What can be done about it. The rules for manifests have codes of their own: only the publisher can change those. */
function Way({ code }: { code: string }) {
  const t = useTranslations("installation");
  return <p className="mt-1">{t(t.has(`ways.${code}`) ? `ways.${code}` : "ways.manifest-refused")}</p>;
}

/** `explained`: the blockers above say already why it is refused. */
function PlannedRow({ object, explained }: { object: PlannedObject; explained: boolean }) {
  const t = useTranslations("installation");
  return (
    <li className="text-sm">
      <div className="flex min-w-0 items-center gap-2">
        <span className="shrink-0 text-muted">{object.kind}</span>
        <MiddleTruncate text={object.name} mono className="min-w-0" />
        {object.problem ? <Badge tone="danger">{t("plan.refused")}</Badge> : null}
        {object.recreated ? <Badge tone="warn">{t("plan.recreated")}</Badge> : null}
      </div>
      {object.problem && !explained ? (
        <p className="text-danger wrap-break-word">
          <Reason of={{ message: object.problem, reason: object.reason, params: object.params }} />
        </p>
      ) : null}
      {object.diff?.map((line) => (
        <div key={line.path} className="mt-1 border-l-2 border-line pl-2 font-mono text-xs">
          <span className="text-muted wrap-anywhere">{line.path}</span>
          {line.before === undefined ? null : (
            <del className="block text-danger no-underline wrap-anywhere">− {line.before}</del>
          )}
          {line.after === undefined ? null : (
            <ins className="block text-ok no-underline wrap-anywhere">+ {line.after}</ins>
          )}
        </div>
      ))}
    </li>
  );
}

/** One line of the quota as a bar: used, added, of how much. */
function QuotaMeter({ line }: { line: QuotaLine }) {
  const t = useTranslations("installation");
  const locale = useLocale();
  const show = (value: number) =>
    line.unit === "bytes"
      ? formatBytes(value, locale)
      : line.unit === "cores"
        ? formatCores(value, locale)
        : new Intl.NumberFormat(locale).format(value);
  const key = `resources.${line.resource.replaceAll(".", "-")}`;
  return (
    <Meter
      label={t.has(key) ? t(key) : line.resource}
      used={line.used}
      added={line.added}
      limit={line.hard}
      text={t("plan.beforeAfter", {
        before: show(line.used),
        after: show(line.used + line.added),
        limit: show(line.hard),
      })}
      hint={line.fits ? undefined : t("plan.missing", { amount: show(line.used + line.added - line.hard) })}
    />
  );
}

function Note({
  icon,
  tone,
  children,
}: {
  icon: ReactNode;
  tone: "danger" | "warn" | "neutral";
  children: ReactNode;
}) {
  const looks = {
    danger: "bg-danger-soft [&>span:first-child]:text-danger",
    warn: "bg-warn-soft [&>span:first-child]:text-warn",
    neutral: "bg-sunken [&>span:first-child]:text-muted",
  };
  return (
    <li className={cx("flex items-start gap-2 rounded-md px-3 py-2", looks[tone])}>
      <span className="mt-0.5 shrink-0">{icon}</span>
      <div className="min-w-0 wrap-break-word">{children}</div>
    </li>
  );
}

function PlanSkeleton({ label }: { label: string }) {
  return (
    <SkeletonGroup label={label} className="flex flex-col gap-3">
      <Skeleton className="h-4 w-24" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="mt-3 h-4 w-24" />
      <Skeleton className="h-8 w-full" />
      <Skeleton className="h-8 w-full" />
    </SkeletonGroup>
  );
}
