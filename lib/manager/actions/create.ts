import { isAlreadyExists } from "../../cluster/index.ts";
import type { Scope } from "../../images/index.ts";
import { withInstance } from "../../install/action-scope.ts";
import { referenceOf, spoken } from "../../install/references.ts";
import { refusalOf } from "../../install/refusal.ts";
import { renderPatch } from "../../install/render.ts";
import { typesOf } from "../../install/resolve.ts";
import type { ActionObject } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { FIELD_MANAGER, label } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { checkInstallable, checkSame, isInstallation } from "./install.ts";
import { needKind } from "./patch.ts";
import { RunFailed } from "./run-failed.ts";
import { madeFrom, readSource } from "./source.ts";
import type { ActionTask } from "./task.ts";

/** What has been done. */
export interface Done {
  output: string;
  /** Name of the app that was installed, or found installed. */
  installed?: string;
}

/**
 * Makes objects beside an instance in the name of the workspace's installer: a backup, a copy. Those after the first
 * belong to it and go with it. What this run made before it was interrupted is taken as made; an object that somebody
 * else has made is left alone and fails the run.
 * @returns one line for each object, and the app that is installed by then
 */
export async function createObjects(
  world: World,
  task: ActionTask,
  declared: readonly ActionObject[],
  signal: AbortSignal,
): Promise<Done> {
  const installer = world.cluster.as(installerUser(task.namespace));
  const output: string[] = [];
  let installed: string | undefined;
  let first: KubernetesObject | undefined;
  for (const each of declared) {
    await needKind(world, each);
    const source = each.from && (await readSource(world, task, each.from));
    const own = await rendered(world, task, each, source && { FROM: source.object });
    const wanted = marked(source ? madeFrom(source, own) : own, task, first);
    const reference = { ...referenceOf(wanted), namespace: task.namespace };
    let made: KubernetesObject;
    if (isInstallation(wanted)) {
      await checkInstallable(world, task.namespace, wanted);
      installed = wanted.metadata.name;
    }
    signal.throwIfAborted();
    try {
      made = await installer.create<KubernetesObject>(wanted, {
        fieldManager: `${FIELD_MANAGER}-actions`,
        fieldValidation: "Strict",
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw refusalOf(error, reference);
      made = await installer.get<KubernetesObject>(reference);
      if (each.keep) {
        if (isInstallation(wanted) && isInstallation(made)) checkSame(made, wanted);
        output.push(`${spoken(reference)} is there already.`);
        continue;
      }
      if (made.metadata.labels?.[label.run] !== task.run)
        throw new RunFailed("Refused", `${spoken(reference)} exists already; choose another name.`);
    }
    first ??= made;
    output.push(`${spoken(reference)} is created.`);
  }
  return { output: output.join("\n"), ...(installed ? { installed } : {}) };
}

async function rendered(
  world: World,
  task: ActionTask,
  { text, apiVersion, kind }: ActionObject,
  more: Scope = {},
): Promise<KubernetesObject> {
  const source = { path: `actions/${task.action.name}.yaml`, text: withInstance(text), line: 1 };
  const object = (await renderPatch(
    source,
    { apiVersion, kind },
    { ...task.scope, ...more },
    typesOf(world.cluster),
    task.seed,
  )) as KubernetesObject;
  const { namespace } = object.metadata;
  if (namespace && namespace !== task.namespace)
    throw new RunFailed("Refused", "A run makes objects only in its own namespace.");
  return object;
}

function marked(
  object: KubernetesObject,
  { namespace, run }: ActionTask,
  first: KubernetesObject | undefined,
): KubernetesObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      namespace,
      labels: { ...metadata.labels, [label.run]: run },
      ...(first && {
        ownerReferences: [
          {
            apiVersion: first.apiVersion,
            kind: first.kind,
            name: first.metadata.name,
            uid: first.metadata.uid ?? "",
          },
        ],
      }),
    },
  };
}
