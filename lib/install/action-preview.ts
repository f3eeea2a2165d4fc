import type { Cluster } from "../cluster/index.ts";
import type { Scope } from "../images/index.ts";
import type { Action } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { FIELD_MANAGER } from "../model/resources.ts";
import { expectedObject } from "./action-expects.ts";
import { withInstance } from "./action-scope.ts";
import { groupKind, referenceOf } from "./references.ts";
import { refusalOf } from "./refusal.ts";
import { renderPatch } from "./render.ts";
import { typesOf } from "./resolve.ts";

/** An object as it is and as it would be; a new one is not there before. */
export interface ObjectChange {
  before?: KubernetesObject | undefined;
  after: KubernetesObject;
  /** An operator makes it, as far as its provider can tell. */
  expected?: true;
}

/** Random texts are drawn when it is run; none of them is a size. */
const SEED = "preview";

/**
 * What an action would make of the instance it acts on, tried with a dry run in the name of the cluster's account, and
 * what it, or an operator because of it, would make beside it. Nothing is written. What it patches elsewhere, and what commands do, is not told.
 * @throws ProblemError for an expression that fails and a change that the cluster would refuse
 */
export async function previewAction(
  cluster: Cluster,
  { action, scope, object }: { action: Action; scope: Scope; object: KubernetesObject },
): Promise<ObjectChange[]> {
  const types = typesOf(cluster);
  const rendered = (text: string, target: { apiVersion: string; kind: string }) => {
    const source = { path: `actions/${action.name}.yaml`, text: withInstance(text), line: 1 };
    return renderPatch(source, target, scope, types, SEED);
  };
  const changes: ObjectChange[] = [];
  const { namespace } = object.metadata;
  const self = { ...referenceOf(object), namespace };
  for (const { target, type, patch } of action.patch ?? []) {
    const own = groupKind(target) === groupKind(object) && target.name === "$(INSTANCE)";
    if (!own) continue;
    const options = { type, fieldManager: `${FIELD_MANAGER}-actions`, dryRun: true };
    try {
      const after = await cluster.patch<KubernetesObject>(self, await rendered(patch, target), options);
      changes.push({ before: object, after });
    } catch (error) {
      throw refusalOf(error, self);
    }
  }
  for (const { apiVersion, kind, text, keep, from, makes } of action.create ?? []) {
    if (makes) {
      const after = await expectedObject(makes, scope);
      changes.push({
        after: { ...after, metadata: { ...after.metadata, namespace } },
        expected: true,
      });
    }
    // Neither a Secret nor a run of somebody's template is there to stay and be paid for.
    if (kind === "Secret" || from) continue;
    const made = (await rendered(text, { apiVersion, kind })) as KubernetesObject;
    const after = { ...made, metadata: { ...made.metadata, namespace } };
    const there = keep && (await cluster.find({ ...referenceOf(after), namespace }));
    if (!there) changes.push({ after });
  }
  return changes;
}
