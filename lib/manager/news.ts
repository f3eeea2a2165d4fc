import { drifted } from "../install/compare.ts";
import { ownFields } from "../install/held.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { annotation, type Installation, type Organization, type Repository } from "../model/resources.ts";

/** What of a watched object, or of a change to it, means work for the controllers. */

/** Phases in which an installation waits for nothing. */
export const SETTLED = new Set(["Running", "Suspended"]);

/** What an organization says of signatures. */
export function signing(organization: Organization | undefined): string {
  const { publicKeys = [], requireSignature = false } = organization?.spec ?? {};
  return JSON.stringify([publicKeys, requireSignature]);
}

/** Another source, or somebody said that there is news. */
export function askedToLook(before: Repository, after: Repository): boolean {
  const mark = ({ metadata, spec }: Repository) =>
    `${spec.source} ${metadata.annotations?.[annotation.refreshRequested]}`;
  return mark(before) !== mark(after);
}

/** Whether it was brought to what is wanted now, as far as its status tells. A schedule may want something new. */
export function isSettled(installation: Installation): boolean {
  const { metadata, spec, status } = installation;
  return (
    SETTLED.has(status?.phase ?? "") &&
    !spec.schedule &&
    status?.observedGeneration === metadata.generation &&
    !finalizing(installation)
  );
}

/** Whether somebody, perhaps we ourselves, changed what of the object is ours to say. */
export function isTaken(previous: KubernetesObject, object: KubernetesObject): boolean {
  const [before, now] = [ownFields(previous), ownFields(object)];
  return before && now ? before !== now : drifted(previous, object);
}

/** Deleted, and waiting for its finalizers. */
export function finalizing({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
