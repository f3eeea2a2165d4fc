import { useMutation } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { useReason } from "@/components/i18n/reason";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusMark } from "@/components/ui/status-badge";
import type { ActionRun } from "@/lib/model/resources";
import { clock } from "./clock";
import { InstalledApp } from "./installed-app";

/** How a run's phases look, in the marks that all states share. */
const MARKS = {
  Pending: "Pending",
  Running: "Updating",
  Succeeded: "Succeeded",
  Failed: "Failed",
  Cancelled: "Stopped",
} as const;

interface RunRowProps {
  run: ActionRun;
  title: string;
  /** Runs on the same target whose turn comes first. */
  before: number;
}

/** One run: who waits, what is under way with its output as it comes, or how it ended. */
export function RunRow({ run, title, before }: RunRowProps) {
  const t = useTranslations("provider.runs");
  const words = useReason();
  const { status, spec, metadata } = run;
  const phase = status?.phase ?? "Pending";
  const complete = status?.conditions?.find(({ type }) => type === "Complete");
  const given = Object.entries(spec.inputs ?? {});
  return (
    <li className="px-4 py-3">
      <div aria-live="polite">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <StatusMark status={MARKS[phase]} />
            {t(`phases.${phase}`)}
          </span>
          <span className="min-w-0 font-medium wrap-break-word">{title}</span>
          {given.map(([name, value]) => (
            <code key={name} className="font-mono text-sm text-muted wrap-anywhere">
              {name}={value}
            </code>
          ))}
          <RelativeTime value={metadata.creationTimestamp} className="text-sm text-muted" />
          {phase === "Pending" || phase === "Running" ? <CancelButton run={run} title={title} /> : null}
        </div>
        {phase === "Pending" && before > 0 ? (
          <p className="text-sm text-muted">{t("before", { count: before })}</p>
        ) : null}
        {phase === "Failed" && complete ? (
          <div className="mt-1 text-danger">
            {t.has(`reasons.${complete.reason}`) ? <p>{t(`reasons.${complete.reason}`)}</p> : null}
            <p className="text-sm wrap-anywhere">{words({ ...status, message: complete.message })}</p>
          </div>
        ) : null}
      </div>
      {phase === "Running" && status ? <Progress status={status} /> : null}
      {status?.installed ? <InstalledApp name={status.installed} /> : null}
      {status?.output ? (
        <Output text={status.output} label={t("outputOf", { title })} grows={phase === "Running"} />
      ) : null}
    </li>
  );
}

function CancelButton({ run, title }: { run: ActionRun; title: string }) {
  const t = useTranslations("provider.runs");
  const { namespace, mayEdit } = useSession();
  const { name } = run.metadata;
  const cancel = useMutation({
    mutationFn: () =>
      api<ActionRun>("PATCH", apiPath("namespaces", namespace, "actionruns", name), { cancelled: true }),
    onSuccess: (changed) => stream.accept("actionruns", name, changed),
  });
  const going = cancel.isPending || Boolean(run.spec.cancelled);
  return (
    <>
      <Button
        aria-label={t("stopNamed", { title })}
        disabled={!mayEdit || going}
        onClick={() => cancel.mutate()}
      >
        <Square size={14} aria-hidden />
        {t(going ? "stopping" : "stop")}
      </Button>
      {cancel.error ? <ErrorState error={cancel.error} title={t("notStopped")} inline /> : null}
    </>
  );
}

/** The step, and the time it has taken so far beside what it may take. */
function Progress({
  status: { progress, startedAt, timeoutSeconds },
}: {
  status: NonNullable<ActionRun["status"]>;
}) {
  const t = useTranslations("provider.runs");
  const now = useSeconds();
  const elapsed = clock(now - Date.parse(startedAt ?? ""));
  return (
    <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-muted tabular-nums">
      {progress ? <span>{t("step", { ...progress })}</span> : null}
      <span>
        {timeoutSeconds ? t("elapsedOf", { elapsed, limit: clock(timeoutSeconds * 1000) }) : elapsed}
      </span>
    </p>
  );
}

/** Milliseconds since the epoch, moving every second. */
function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** What it printed. While more comes the end stays in view, unless the reader has scrolled up. */
function Output({ text, label, grows }: { text: string; label: string; grows: boolean }) {
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new text may need the scroll
  useEffect(() => {
    if (grows && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, grows]);
  return (
    <section
      ref={box}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 8;
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="mt-2 max-h-64 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere"
    >
      {text}
    </section>
  );
}
