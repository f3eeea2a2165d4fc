import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { FIELD_MANAGER, label } from "../model/resources.ts";
import { listAt, textAt } from "./paths.ts";
import { spoken } from "./references.ts";

/** Who applies: an Installation in its namespace, or a Provider for the whole cluster. */
export interface Owner {
  kind: "installation" | "provider";
  name: string;
}

function ownerLabel(owner: Owner): string {
  return owner.kind === "installation" ? label.installation : label.provider;
}

/** The labels that everything of this owner carries. */
function ownerLabels(owner: Owner): Record<string, string> {
  return { [label.managedBy]: "app-manager", [ownerLabel(owner)]: owner.name };
}

/** A copy of the object with the owner's labels. What an image wrote there gives way. */
export function stamped<T extends KubernetesObject>(object: T, owner: Owner): T {
  const labels = { ...object.metadata.labels, ...ownerLabels(owner) };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/**
 * Whether a live object is this owner's. The label decides; where somebody took the label away, that the owner has it
 * in its records and that app-manager applied it.
 */
export function isOurs(live: KubernetesObject, owner: Owner, recorded: boolean): boolean {
  const named = live.metadata.labels?.[ownerLabel(owner)];
  if (named !== undefined) return named === owner.name;
  return (
    recorded &&
    listAt(live, "metadata.managedFields").some((entry) => textAt(entry, "manager") === FIELD_MANAGER)
  );
}

/** The problem of an object that belongs to somebody else. */
export function notOurs(reference: ObjectReference): ProblemError {
  return new ProblemError(
    "not-ours",
    `${spoken(reference)} exists already and does not belong to this app. Rename or remove it, then try again.`,
    {
      ...because("not-ours", {
        kind: reference.kind,
        name: reference.name,
        apiVersion: reference.apiVersion,
        ...(reference.namespace ? { namespace: reference.namespace } : {}),
      }),
    },
  );
}
