"use client";
import { lazy, Suspense } from "react";
import { useToasts } from "./toast";

const Viewport = lazy(() => import("./toast-viewport"));

/** At the root, once. Its code comes with the first toast. */
export function Toaster() {
  const any = useToasts((state) => state.toasts.length > 0);
  return any ? (
    <Suspense>
      <Viewport />
    </Suspense>
  ) : null;
}
