import { letters, type Scope } from "../../images/index.ts";
import { checkedAction, startsInstance } from "../../install/action.ts";
import { instanceRunScope } from "../../install/action-scope.ts";
import { leftOf } from "../../install/fit.ts";
import { renderContext } from "../../install/prepare.ts";
import { groupKind, spoken } from "../../install/references.ts";
import type { RenderContext } from "../../install/render-types.ts";
import { type ResolvedImage, resolveImage } from "../../install/resolve.ts";
import { type RevisionValues, readValues, revisionsOf } from "../../install/revisions.ts";
import { resolveValues, SEED, systemScope } from "../../install/values.ts";
import type { Action } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { ProblemError } from "../../model/problem.ts";
import { because } from "../../model/reasons.ts";
import { type ActionRun, API_VERSION, type Installation } from "../../model/resources.ts";
import { resolveFor } from "../access.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { secretsIn } from "./masked.ts";
import { RunFailed } from "./run-failed.ts";
import { seedOf } from "./seed.ts";

/** Of the text that expressions see as `DRAWN`: the same wherever it stands in one run, such as a password. */
const DRAWN_LETTERS = 24;

/** A run with everything that is needed to carry it out. */
export interface ActionTask {
  namespace: string;
  action: Action;
  image: ResolvedImage;
  /** What expressions see. */
  scope: Scope;
  /** Where random values are drawn from. */
  seed: string | undefined;
  /** Uid of the run. */
  run: string;
  /** Inputs of the installation, with the action's own above them. */
  inputs: Record<string, string>;
  context: RenderContext;
  /** Absent for a run on an instance. */
  installation?: Installation;
  values?: RevisionValues;
  /** Texts that the output must not show. */
  secrets: string[];
}

/**
 * Reads what a run is about: the image by its recorded digest, the action, inputs and kept values.
 * @throws RunFailed or ProblemError when the run cannot succeed
 */
export async function taskOf(world: World, run: ActionRun): Promise<ActionTask> {
  return run.spec.instance ? onInstance(world, run, run.spec.instance) : onInstallation(world, run);
}

async function onInstance(
  world: World,
  run: ActionRun,
  instance: NonNullable<ActionRun["spec"]["instance"]>,
): Promise<ActionTask> {
  const { namespace = "" } = run.metadata;
  if (instance.namespace && instance.namespace !== namespace)
    throw new RunFailed("Refused", "A run acts only on instances of its own namespace.");
  const provider = world.providers
    .list()
    .find(({ status }) => status?.instanceKinds?.some((kind) => groupKind(kind) === groupKind(instance)));
  if (!provider) throw new RunFailed("TargetGone", `No provider of this cluster brings ${instance.kind}.`);
  const image = await resolveImage(world.images, provider.spec.image);
  const installer = world.cluster.as(installerUser(namespace));
  const target = { ...instance, namespace };
  const object = await installer.find<KubernetesObject>(target);
  if (!object) throw new RunFailed("TargetGone", `${spoken(target)} does not exist any more.`);
  if (world.isOverBudget(namespace) && startsInstance(image.content, run.spec)) throw overBudget();
  const left = leftOf(world.quotas.list(namespace));
  const { action, inputs: given } = await checkedAction(image.content, run.spec, object, left);
  const context = renderContext(namespace, world.cloud);
  const draws = /random\(|\bDRAWN\b/.test(JSON.stringify([action.patch, action.create, action.env]));
  const seed = draws ? await seedOf(world, run) : undefined;
  const drawn = seed && letters(seed, "run", DRAWN_LETTERS);
  const { scope, inputs } = await instanceRunScope({
    ...{ content: image.content, action, inputs: given, object, left, context, drawn },
    organization: image.org,
    now: run.status?.startedAt ?? "",
  });
  return {
    namespace,
    run: run.metadata.uid ?? "",
    action,
    image,
    scope,
    seed,
    inputs,
    context,
    secrets: drawn ? [drawn] : [],
  };
}

const overBudget = () =>
  new ProblemError(
    "budget-reached",
    "The workspace has spent its budget for this month, so nothing is started. Raise the budget, or ask an administrator to lift the stop.",
    because("budget-reached", {}),
  );

async function onInstallation(world: World, run: ActionRun): Promise<ActionTask> {
  const { namespace = "" } = run.metadata;
  const name = run.spec.installation ?? "";
  const installation = await world.cluster.find<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name,
  });
  if (!installation?.status?.digest)
    throw new RunFailed("TargetGone", `${name} is not installed in this workspace.`);
  const image = await resolveFor(world, namespace, installation.spec.image, installation.status.digest);
  const { action, inputs: given } = await checkedAction(image.content, run.spec);
  const installer = world.cluster.as(installerUser(namespace));
  const [newest] = await revisionsOf(installer, namespace, name);
  const values = newest && (await readValues(installer, namespace, newest.data.values));
  const context = values?.context ?? renderContext(namespace, world.cloud);
  const own = new Set(action.inputs.map((input) => input.name));
  const content = {
    ...image.content,
    inputs: [...image.content.inputs.filter((input) => !own.has(input.name)), ...action.inputs],
  };
  const drawn = values?.drawn ?? {};
  const inputs = { ...values?.inputs, ...given };
  const resolved = await resolveValues(content, inputs, drawn, context);
  return {
    namespace,
    action,
    image,
    scope: { ...systemScope(context), ...resolved, INSTANCE: name },
    seed: drawn[SEED],
    run: run.metadata.uid ?? "",
    inputs,
    context,
    installation,
    ...(values ? { values } : {}),
    secrets: secretsIn(image.content, values),
  };
}
