"use client";
import { CircleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { toProblem } from "@/components/data/problem";
import { Reason, ReasonsLater } from "@/components/i18n/reason";
import { Button } from "./button";
import { CopyButton } from "./copy-button";
import type { ErrorStateProps } from "./error-state";

/** Draws an `ErrorState`. */
export default function ErrorDetails(props: ErrorStateProps) {
  return (
    <ReasonsLater>
      <Details {...props} />
    </ReasonsLater>
  );
}

function Details({ error, title, onRetry, inline }: ErrorStateProps) {
  const t = useTranslations("common");
  const problem = toProblem(error);
  const advice = t.has(`advice.${problem.code}`) ? t(`advice.${problem.code}`) : undefined;
  const heading =
    title ?? (t.has(`problems.${problem.code}`) ? t(`problems.${problem.code}`) : problem.title);
  const details = JSON.stringify(problem, null, 2);
  return (
    <div
      role="alert"
      className={
        inline
          ? "rounded-lg border border-danger bg-danger-soft p-4"
          : "mx-auto flex max-w-lg flex-col items-start gap-1 px-6 py-12"
      }
    >
      <div className="flex items-start gap-2">
        <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-danger" />
        <div className="min-w-0">
          <h2 className="font-semibold wrap-break-word">{heading}</h2>
          {problem.detail ? (
            <p className="mt-1 wrap-break-word">
              <Reason of={{ ...problem, code: undefined, message: problem.detail }} />
            </p>
          ) : null}
          {problem.fields?.length ? (
            <ul className="mt-1 list-disc pl-5">
              {problem.fields.map((field) => (
                <li key={field.field} className="wrap-break-word">
                  <code className="font-mono text-sm">{field.field}</code>: <Reason of={field} />
                </li>
              ))}
            </ul>
          ) : null}
          {advice ? <p className="mt-1 text-muted">{advice}</p> : null}
          <div className="mt-3 flex flex-wrap items-center gap-2">
            {onRetry ? (
              <Button size="sm" variant="primary" onClick={onRetry}>
                {t("tryAgain")}
              </Button>
            ) : null}
            <CopyButton text={details} label={t("copyDetails")} />
          </div>
          {problem.requestId ? (
            <p className="mt-2 text-xs text-muted">
              {t("requestId")} <code className="font-mono select-all">{problem.requestId}</code>
            </p>
          ) : null}
        </div>
      </div>
    </div>
  );
}
