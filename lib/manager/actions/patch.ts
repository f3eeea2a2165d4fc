import { Expressions, type Scope } from "../../images/index.ts";
import { withInstance } from "../../install/action-scope.ts";
import { isOurs, notOurs } from "../../install/ownership.ts";
import { renderContext } from "../../install/prepare.ts";
import { referenceKey, referenceOf, spoken } from "../../install/references.ts";
import { refusalOf } from "../../install/refusal.ts";
import { renderPatch } from "../../install/render.ts";
import { asProblem } from "../../install/render-problem.ts";
import { typesOf } from "../../install/resolve.ts";
import { checkRules } from "../../install/rules.ts";
import { hostsOf, readTenantRules } from "../../install/tenant-rules.ts";
import type { ActionPatch } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { ProblemError } from "../../model/problem.ts";
import { FIELD_MANAGER, label } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

/** What AppManager itself has put on the object. */
const OWN_MARKS: readonly string[] = [label.managedBy, label.installation];
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Patches objects of the tenant in the name of its installer, one patch after the other. An application's patch keeps to
 * its own objects and brings nothing that installing would refuse; a provider's is the trusted organization's own.
 * @returns one line for each object
 */
export async function patchTargets(
  world: World,
  task: ActionTask,
  patches: readonly ActionPatch[],
  signal: AbortSignal,
): Promise<string> {
  const output: string[] = [];
  for (const declared of patches) {
    await needKind(world, declared.target);
    const source = { path: `actions/${task.action.name}.yaml`, text: withInstance(declared.patch), line: 1 };
    const patch = await renderPatch(source, declared.target, task.scope, typesOf(world.cluster), task.seed);
    for (const live of await targetsOf(world, task, declared)) {
      signal.throwIfAborted();
      output.push(await patchOne(world, task, { live, patch, type: declared.type }));
    }
  }
  return output.join("\n");
}

/** @throws RunFailed unless the cluster serves the kind within workspaces */
export async function needKind(
  world: World,
  { apiVersion, kind }: { apiVersion: string; kind: string },
): Promise<void> {
  const type = await typesOf(world.cluster).find(apiVersion, kind);
  if (!type) throw new RunFailed("TargetGone", `The cluster does not serve ${kind} (${apiVersion}).`);
  if (!type.namespaced) throw new RunFailed("Refused", `${kind} is not an object of a workspace.`);
}

/** The objects that a patch is for. @throws RunFailed when there is none */
async function targetsOf(
  world: World,
  { namespace, scope }: ActionTask,
  { target: { apiVersion, kind, name, selector } }: ActionPatch,
): Promise<KubernetesObject[]> {
  const installer = world.cluster.as(installerUser(namespace));
  if (name !== undefined) {
    const target = { apiVersion, kind, namespace, name: await filled(name, scope) };
    if (!NAME.test(target.name))
      throw new RunFailed("Refused", `"${target.name}" is not the name of a ${kind}.`);
    const live = await installer.find<KubernetesObject>(target);
    if (!live) throw new RunFailed("TargetGone", `${spoken(target)} does not exist any more.`);
    return [{ ...live, apiVersion, kind }];
  }
  const wanted: string[] = [];
  for (const [key, text] of Object.entries(selector ?? {})) {
    const value = await filled(text, scope);
    if (!LABEL_VALUE.test(value)) throw new RunFailed("Refused", `"${value}" is not the value of a label.`);
    wanted.push(`${key}=${value}`);
  }
  const labelSelector = wanted.join(",");
  const { items } = await installer.list<KubernetesObject>({ apiVersion, kind, namespace, labelSelector });
  const live = items.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (live.length === 0)
    throw new RunFailed("TargetGone", `There is no ${kind} with the labels ${labelSelector} yet.`);
  return live.map((each) => ({ ...each, apiVersion, kind }));
}

async function patchOne(
  world: World,
  task: ActionTask,
  { live, patch, type }: { live: KubernetesObject; patch: unknown; type: ActionPatch["type"] },
): Promise<string> {
  const { namespace, installation } = task;
  const installer = world.cluster.as(installerUser(namespace));
  const target = { ...referenceOf(live), namespace };
  const options = { type, fieldManager: `${FIELD_MANAGER}-actions` };
  try {
    if (installation) {
      const owner = { kind: "installation" as const, name: installation.metadata.name };
      const recorded = installation.status?.inventory?.some(
        (each) => referenceKey(each) === referenceKey(target),
      );
      if (!isOurs(live, owner, recorded === true)) throw notOurs(target);
      const merged = await installer.patch<KubernetesObject>(target, patch, { ...options, dryRun: true });
      await holdToRules(world, task, live, merged);
    }
    await installer.patch(target, patch, options);
  } catch (error) {
    throw refusalOf(error, target);
  }
  return `${spoken(target)} is patched.`;
}

/** A text of an action with its expressions filled in: the name of a target, a variable. @throws ProblemError */
export async function filled(text: string, scope: Scope): Promise<string> {
  try {
    return await (await Expressions.create()).expand(withInstance(text), scope, "patch.target");
  } catch (error) {
    throw asProblem(error);
  }
}

/** Refuses what the patch would add beyond the rules for an application's manifests. */
async function holdToRules(
  world: World,
  { namespace, action }: ActionTask,
  live: KubernetesObject,
  merged: KubernetesObject,
): Promise<void> {
  const input = {
    context: renderContext(namespace, world.cloud),
    consoleHosts: world.consoleHosts,
    hostsInUse: hostsOf(world.ingresses.list()),
    tenantRules: await readTenantRules(world.cluster),
  };
  const said = (object: KubernetesObject) => {
    const { managedFields: _, ...rest } = object.metadata;
    const labels = Object.entries(rest.labels ?? {}).filter(([mark]) => !OWN_MARKS.includes(mark));
    const metadata = { ...rest, labels: Object.fromEntries(labels) };
    const place = { file: `actions/${action.name}.yaml`, line: 1, namespaced: true };
    const rendered = { objects: [{ ...place, object: { ...object, metadata } }], notices: [] };
    const { blockers, notices } = checkRules(rendered, input);
    return [...blockers, ...notices];
  };
  const before = new Set(said(live).map(({ message }) => message));
  const [added] = said(merged).filter(({ message }) => !before.has(message));
  if (added) throw new ProblemError("manifest-refused", added.message, { params: added.params ?? {} });
  const moved = OWN_MARKS.find((mark) => live.metadata.labels?.[mark] !== merged.metadata.labels?.[mark]);
  if (moved) throw new RunFailed("Refused", `An action may not change ${moved}.`);
}
