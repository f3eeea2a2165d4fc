import type { ObjectReference } from "./kubernetes.ts";
import type { Reason } from "./reasons.ts";

/** How an object fares, in kstatus' words (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus). */
export type HealthStatus = "Current" | "InProgress" | "Failed" | "Terminating";

/** One of `GET /api/namespaces/{ns}/installations/{name}/objects`. */
export interface ObjectHealth extends ObjectReference, Partial<Reason> {
  health: HealthStatus | "NotFound" | "Unknown";
  message: string;
}

/** `POST /api/namespaces/{ns}/apps/{app}/launch`: what an app's icon opens. */
export interface LaunchView {
  opens:
    | { type: "provider"; provider: string }
    | { type: "address"; url: string }
    | { type: "none"; reason: "suspended" | "address-refused" | "no-address" };
}
