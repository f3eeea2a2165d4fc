"use client";
import { lazy, Suspense } from "react";
import { useConnection } from "@/components/data/connection";
import { whenIdle } from "@/components/ui/idle";
import { ErrorBoundary } from "./error-boundary";

const loadBanner = () => import("./connection-banner");
const loadDialog = () => import("./sign-in-dialog");
const ConnectionBanner = lazy(loadBanner);
const SignInDialog = lazy(loadDialog);
// Fetched before they are needed: then, nothing may be there to fetch them from.
whenIdle(() => Promise.allSettled([loadBanner(), loadDialog()]));

/** Says when the console or the cluster cannot be reached, or the session is gone. */
export function ConnectionNotice() {
  const trouble = useConnection((state) => state.stream === "lost" || !state.clusterReachable);
  const signedOut = useConnection((state) => state.signedOut);
  return (
    <ErrorBoundary quiet>
      <Suspense>
        {trouble && !signedOut ? <ConnectionBanner /> : null}
        {signedOut ? <SignInDialog reason={signedOut} /> : null}
      </Suspense>
    </ErrorBoundary>
  );
}
