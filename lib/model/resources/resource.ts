import type { KubernetesObject, ObjectMeta } from "../kubernetes.ts";

/** A custom resource; of those without a status it is left out. */
export type Resource<Kind extends string, Spec, Status = undefined> = KubernetesObject & {
  kind: Kind;
  metadata: ObjectMeta;
  spec: Spec;
} & (Status extends undefined ? object : { status?: Status });

export type Mode = "provider" | "shared" | "application";

export interface Localized {
  title?: string;
  description?: string;
}
