import { Expressions, type Scope } from "../../images/index.ts";
import { isOurs, notOurs } from "../../install/ownership.ts";
import { renderContext } from "../../install/prepare.ts";
import { referenceKey, spoken } from "../../install/references.ts";
import { refusalOf } from "../../install/refusal.ts";
import { renderPatch } from "../../install/render.ts";
import { asProblem } from "../../install/render-problem.ts";
import { typesOf } from "../../install/resolve.ts";
import { checkRules } from "../../install/rules.ts";
import { hostsOf, readTenantRules } from "../../install/tenant-rules.ts";
import type { Action } from "../../model/image.ts";
import type { KubernetesObject, ObjectReference } from "../../model/kubernetes.ts";
import { ProblemError } from "../../model/problem.ts";
import { FIELD_MANAGER, label } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

/** What AppManager itself has put on the object. */
const OWN_MARKS: readonly string[] = [label.managedBy, label.installation];
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * Patches one object of the tenant in the name of its installer. An application's patch keeps to its own objects and
 * brings nothing that installing would refuse; a provider's is the trusted organization's own.
 * @returns one line for the output
 */
export async function patchTarget(
  world: World,
  task: ActionTask,
  declared: NonNullable<Action["patch"]>,
  signal: AbortSignal,
): Promise<string> {
  const { namespace, installation, action, scope, seed } = task;
  const { apiVersion, kind } = declared.target;
  const types = typesOf(world.cluster);
  const type = await types.find(apiVersion, kind);
  if (!type) throw new RunFailed("TargetGone", `The cluster does not serve ${kind} (${apiVersion}).`);
  if (!type.namespaced) throw new RunFailed("Refused", `${kind} is not an object of a workspace.`);
  const name = await filledName(declared.target.name, scope);
  const target: ObjectReference = { apiVersion, kind, namespace, name };
  if (!NAME.test(name)) throw new RunFailed("Refused", `"${name}" is not the name of a ${kind}.`);
  const installer = world.cluster.as(installerUser(namespace));
  const source = { path: `actions/${action.name}.yaml`, text: withInstance(declared.patch), line: 1 };
  const patch = await renderPatch(source, declared.target, scope, types, seed);
  const live = await installer.find<KubernetesObject>(target);
  if (!live) throw new RunFailed("TargetGone", `${spoken(target)} does not exist any more.`);
  const options = { type: declared.type, fieldManager: `${FIELD_MANAGER}-actions` };
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
    signal.throwIfAborted();
    await installer.patch(target, patch, options);
  } catch (error) {
    throw refusalOf(error, target);
  }
  return `${spoken(target)} is patched.`;
}

/** `$(INSTANCE)` as the expression it stands for, so that it fills scalars like everything else. */
function withInstance(text: string): string {
  return text.replaceAll("$(INSTANCE)", "$".concat("{{ INSTANCE }}"));
}

async function filledName(text: string, scope: Scope): Promise<string> {
  try {
    return await (await Expressions.create()).expand(withInstance(text), scope, "patch.target.name");
  } catch (error) {
    throw asProblem(error);
  }
}

/** Refuses what the patch would add beyond the rules for an application's manifests (DESIGN 7.9). */
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
