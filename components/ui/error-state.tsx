"use client";
import { lazy, Suspense } from "react";
import { whenIdle } from "./idle";

export interface ErrorStateProps {
  /** Whatever was thrown; an `ApiProblem` says most. */
  error: unknown;
  /** What could not be done, e.g. "The Hub could not be read". */
  title?: string;
  onRetry?: () => void;
  /** Within a dialog or card: left-aligned, without air. */
  inline?: boolean;
}

const load = () => import("./error-details");
const ErrorDetails = lazy(load);
// Fetched before it is needed: the trouble may be that nothing can be fetched.
whenIdle(load);

/** What happened, why, and what to do; request id in small; details to copy. */
export function ErrorState(props: ErrorStateProps) {
  return (
    <Suspense>
      <ErrorDetails {...props} />
    </Suspense>
  );
}
