"use client";
import { useLocale, useTranslations } from "use-intl";
import { Reason } from "@/components/i18n/reason";
import { cx } from "@/components/ui/cx";
import { Spinner } from "@/components/ui/spinner";
import { StatusMark } from "@/components/ui/status-badge";
import type { Installation } from "@/lib/model/resources";
import { type StepView, stepsOf } from "./steps";
import { WaysOn, type WaysOnProps } from "./ways-on";

interface StepsPanelProps {
  installation: Installation;
  /** What may be done about a failure; absent for those who may not change things. */
  ways?: WaysOnProps;
}

/** An installation's way to Ready, live: each step with its state and time; a failure with what to do. */
export function StepsPanel({ installation, ways }: StepsPanelProps) {
  const t = useTranslations("installation");
  const steps = stepsOf(installation);
  const { status } = installation;
  return (
    <ol aria-label={t("steps.title")} className="flex flex-col">
      {steps.map((step, index) => (
        <li
          key={step.type}
          className="relative flex gap-3 pb-4 last:pb-0"
          aria-current={step.state === "active" ? "step" : undefined}
        >
          {index < steps.length - 1 ? (
            <span
              aria-hidden
              className={cx(
                "absolute top-5 bottom-0 left-[7.5px] w-px",
                step.state === "done" ? "bg-ok" : "bg-line",
              )}
            />
          ) : null}
          <StepMark state={step.state} />
          <div className="min-w-0 flex-1">
            <p className={cx("flex gap-3", step.state === "waiting" && "text-muted")}>
              <span className={cx("flex-1", step.state !== "waiting" && "font-medium")}>
                {t(`steps.${step.type}`)}
                <span className="sr-only">, {t(`steps.states.${step.state}`)}</span>
              </span>
              <StepNote step={step} progress={status?.progress} />
            </p>
            {step.state === "active" && step.message ? (
              <p className="mt-0.5 text-sm text-muted wrap-break-word">
                <Reason of={step.message === status?.message ? { ...status } : { message: step.message }} />
              </p>
            ) : null}
            {step.state === "failed" ? <Failure installation={installation} step={step} ways={ways} /> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}

function StepMark({ state }: { state: StepView["state"] }) {
  return (
    <span className="flex h-5 w-4 shrink-0 items-center justify-center text-accent-text">
      {state === "active" ? (
        <Spinner size={14} />
      ) : (
        <StatusMark
          size={14}
          status={state === "done" ? "Running" : state === "failed" ? "Failed" : "NotInstalled"}
        />
      )}
    </span>
  );
}

function StepNote({ step, progress }: { step: StepView; progress?: { done: number; total: number } }) {
  const t = useTranslations("installation");
  const locale = useLocale();
  if (step.state === "done" && step.tookMs !== undefined) {
    const seconds = new Intl.NumberFormat(locale, {
      style: "unit",
      unit: "second",
      unitDisplay: "narrow",
    }).format(Math.round(step.tookMs / 1000));
    return <span className="text-sm text-muted tabular-nums">{step.tookMs < 1000 ? "" : seconds}</span>;
  }
  if (
    step.state === "active" &&
    progress &&
    progress.total > 0 &&
    (step.type === "Applied" || step.type === "Healthy")
  ) {
    return <span className="text-sm text-muted tabular-nums">{t("steps.progress", progress)}</span>;
  }
  return null;
}

/** The sentence, the object, the last lines of its log, and the ways on. */
function Failure({ installation, step, ways }: StepsPanelProps & { step: StepView }) {
  const t = useTranslations("installation");
  const { status } = installation;
  const object = status?.failingObject;
  return (
    <div role="alert" className="mt-2 rounded-lg border border-danger bg-danger-soft p-3">
      <p className="wrap-break-word">
        {status?.message ? <Reason of={status} /> : (step.message ?? t("steps.noReason"))}
      </p>
      {object ? (
        <p className="mt-1 text-sm text-muted">
          {object.kind} <span className="font-mono wrap-break-word">{object.name}</span>
        </p>
      ) : null}
      {status?.log ? (
        <section
          aria-label={t("steps.log")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="mt-2 max-h-40 overflow-auto rounded-md bg-sunken p-2"
        >
          <pre className="font-mono text-xs">{status.log}</pre>
        </section>
      ) : null}
      {ways ? <WaysOn installation={installation} ways={ways} /> : null}
    </div>
  );
}
