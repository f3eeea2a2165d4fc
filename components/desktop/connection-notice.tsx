"use client";
import { lazy, Suspense } from "react";
import { useConnection } from "@/components/data/connection";

const ConnectionBanner = lazy(() => import("./connection-banner"));
const SignInDialog = lazy(() => import("./sign-in-dialog"));

/** Says when the console or the cluster cannot be reached, or the session is gone. Its code comes when it is needed. */
export function ConnectionNotice() {
  const trouble = useConnection((state) => state.stream === "lost" || !state.clusterReachable);
  const signedOut = useConnection((state) => state.signedOut);
  return (
    <Suspense>
      {trouble && !signedOut ? <ConnectionBanner /> : null}
      {signedOut ? <SignInDialog reason={signedOut} /> : null}
    </Suspense>
  );
}
