import { recordAt, valueAt } from "../../install/paths.ts";
import { spoken } from "../../install/references.ts";
import type { ActionSource } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { filled, needKind } from "./patch.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

type Fields = Record<string, unknown>;

/** What an object is made from: the object that it is read in, and the part of that. */
export interface SourcePart {
  object: KubernetesObject;
  part: Fields;
}

/**
 * Reads a part of another object of the workspace, in the name of its installer. It is data: expressions in it are none.
 * @throws RunFailed when the object or the part is not there
 */
export async function readSource(world: World, task: ActionTask, from: ActionSource): Promise<SourcePart> {
  const { apiVersion, kind, path } = from;
  const { namespace, scope } = task;
  await needKind(world, from);
  const reference = { apiVersion, kind, namespace, name: await filled(from.name, scope) };
  const found = await world.cluster.as(installerUser(namespace)).find<KubernetesObject>(reference);
  if (!found) throw new RunFailed("TargetGone", `${spoken(reference)} does not exist, or not yet.`);
  const object = { ...found, apiVersion, kind };
  const part = valueAt(object, path);
  if (!isFields(part)) throw new RunFailed("TargetGone", `${spoken(reference)} has no ${path}.`);
  return { object, part };
}

/**
 * An object that begins as such a part, with what it says itself laid over it: fields one by one, anything else as a whole.
 * Of the part's metadata it has labels and annotations alone.
 */
export function madeFrom({ part }: SourcePart, own: KubernetesObject): KubernetesObject {
  const { labels, annotations } = recordAt(part, "metadata");
  const metadata = { ...(isFields(labels) && { labels }), ...(isFields(annotations) && { annotations }) };
  return laidOver({ ...part, metadata }, own as unknown as Fields) as unknown as KubernetesObject;
}

function laidOver(below: Fields, above: Fields): Fields {
  const result = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const known = Object.hasOwn(below, key) ? below[key] : undefined;
    result[key] = isFields(known) && isFields(value) ? laidOver(known, value) : value;
  }
  return result;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
