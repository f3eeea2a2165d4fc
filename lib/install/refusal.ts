import { ApiError } from "../cluster/index.ts";
import type { ObjectReference } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { quotaRefusal } from "./quota.ts";
import { spoken } from "./references.ts";

/** How API servers say that a field is as it is for good. */
const IMMUTABLE = /immutable|may not change once set|updates to statefulset spec|cannot change roleRef/;

/**
 * What the API server's refusal of one object means to people. Faults that pass by themselves (no answer, too many
 * requests, a conflict) come back unchanged: they are to be tried again.
 */
export function refusalOf(error: unknown, reference: ObjectReference): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status } = error;
  const what = spoken(reference);
  const params = { kind: reference.kind, name: reference.name, reason: error.message };
  if ([0, 429, 502, 503, 504].includes(status)) return error;
  const quota = quotaRefusal(error.message);
  if (quota)
    return new ProblemError("quota-exceeded", quota.message, {
      reason: quota.reason,
      params: quota.params,
      cause: error,
    });
  if (status === 403 && /is being terminated/.test(error.message))
    return new ProblemError("conflict", "The workspace is being deleted.", {
      ...because("workspace-leaving", params),
      cause: error,
    });
  if (status === 403)
    return new ProblemError("forbidden", `You may not make ${what}: ${error.message}`, {
      ...because("may-not-make", params),
      cause: error,
    });
  if (status === 404) {
    if (error.body?.details?.kind === "namespaces") return error;
    if (error.body?.details?.name && /^(cluster)?roles$/.test(error.body.details.kind ?? ""))
      return new ProblemError(
        "rejected-by-cluster",
        `${what} gives the role "${error.body.details.name}", which does not exist.`,
        { ...because("role-unknown", { ...params, role: error.body.details.name }), cause: error },
      );
    return new ProblemError(
      "kind-missing",
      `The cluster does not serve ${reference.kind} of ${reference.apiVersion}. Install the provider that brings it.`,
      {
        ...because("kind-unserved", { kind: reference.kind, apiVersion: reference.apiVersion }),
        cause: error,
      },
    );
  }
  const lost = /storedVersions\[\d+\]: Invalid value: "?(v\w+)"?: missing from spec\.versions/.exec(
    error.message,
  )?.[1];
  if (status === 422 && lost)
    return new ProblemError(
      "rejected-by-cluster",
      `${what} leaves out the version ${lost}, in which objects of its kind may still be stored. Nothing was changed. Keep ${lost} in it until all are written anew in a later version.`,
      { ...because("stored-version-lost", { ...params, version: lost }), cause: error },
    );
  if (status === 422 && IMMUTABLE.test(error.message)) {
    const field =
      [...new Set(error.body?.details?.causes?.map((cause) => cause.field ?? ""))].join(", ") || "spec";
    return new ProblemError(
      "immutable-field",
      `${field} of ${what} cannot be changed once it is there: ${error.message}`,
      { ...because("field-immutable", { ...params, apiVersion: reference.apiVersion, field }), cause: error },
    );
  }
  // Server-side apply answers 500 without a reason to a manifest that its schema does not allow.
  const malformed = status === 500 && /typed patch|field not declared|duplicate entries/.test(error.message);
  if (malformed || status === 400 || status === 413 || status === 422)
    return new ProblemError("rejected-by-cluster", `The cluster refused ${what}: ${error.message}`, {
      ...because("object-refused", params),
      cause: error,
    });
  return error;
}
