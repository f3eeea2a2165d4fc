import { isNotFound } from "../cluster/index.ts";
import { type Adopted, adopt } from "../install/command/adopt.ts";
import { COMMAND_JOB } from "../install/command/objects.ts";
import { commandOutcome, unproven } from "../install/command/outcome.ts";
import { isJobOf, type Program } from "../install/command/program.ts";
import { addressOf } from "../install/entry.ts";
import { inParallel } from "../install/inspect.ts";
import { referenceKey, referenceOf, spoken } from "../install/references.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { type App, annotation, type Installation } from "../model/resources.ts";
import type { ConditionUpdate } from "./status.ts";
import { installerUser, report, type Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Condition of an Installation whose command has ended well; its message is the Job's name. */
const RAN = "CommandRan";

/** Whether the program has run, and so must not be begun again though its Job is gone. */
function hasRun({ status }: Installation, { job }: Program): boolean {
  return (
    status?.conditions?.some((each) => each.type === RAN && each.status === "True" && each.message === job) ??
    false
  );
}

export const ran = ({ job }: Program): ConditionUpdate => ({
  type: RAN,
  status: "True",
  reason: "Succeeded",
  message: job,
});

const jobOf = (namespace: string, name: string) => ({ apiVersion: "batch/v1", kind: "Job", namespace, name });

/**
 * What is to be applied of the program now: its Job only when it has not run and is not there. A Job that has ended
 * without success makes room when somebody asks to try again.
 * @throws ProblemError for a suspended installation, whose objects only its command knows
 */
export async function pending(
  world: World,
  installation: Installation,
  program: Program,
  objects: readonly KubernetesObject[],
): Promise<KubernetesObject[]> {
  if (installation.spec.suspended)
    throw new ProblemError(
      "command-failed",
      "What this app's command made cannot be stopped and started again by the console, so it cannot be suspended. Scale its workloads yourself, or uninstall it.",
      because("command-suspended", {}),
    );
  const without = objects.filter((object) => !isJobOf(object, program));
  if (hasRun(installation, program)) return without;
  const { namespace = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const job = await installer.find<KubernetesObject>(jobOf(namespace, program.job));
  if (!job) return [...objects];
  if (!asksAgain(installation, job) || commandOutcome(job, []) === "running") return without;
  const { uid } = job.metadata;
  await installer.delete(jobOf(namespace, program.job), {
    propagationPolicy: "Background",
    ...(uid ? { uid } : {}),
  });
  return [...objects];
}

function asksAgain({ metadata }: Installation, job: KubernetesObject): boolean {
  const asked = Date.parse(metadata.annotations?.[annotation.retry] ?? "");
  return asked > Date.parse(job.metadata.creationTimestamp ?? "");
}

export interface Settled {
  outcome: "running" | "failed" | "done";
  /** What the command made, as far as it has ended. */
  objects: KubernetesObject[];
}

/**
 * Looks how the program fares, and takes over what it made once it has ended, well or not.
 * @throws ProblemError when the cluster claims an end that never was
 */
export async function settle(world: World, installation: Installation, program: Program): Promise<Settled> {
  const { namespace = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  if (hasRun(installation, program))
    return { outcome: "done", objects: await stillThere(world, installation) };
  const job = await installer.find<KubernetesObject>(jobOf(namespace, program.job));
  if (!job) return { outcome: "running", objects: [] };
  const { items: pods } = await installer.list<KubernetesObject>({
    ...{ apiVersion: "v1", kind: "Pod", namespace },
    labelSelector: `batch.kubernetes.io/job-name=${program.job}`,
  });
  const outcome = commandOutcome(job, pods);
  if (outcome === "unproven") throw unproven(program.job);
  if (outcome === "running") return { outcome, objects: [] };
  return { outcome, objects: await adoptOf(world, installation, job) };
}

/** What the inventory names and nobody has removed since: only the command could make it again. */
async function stillThere(world: World, { metadata, status }: Installation): Promise<KubernetesObject[]> {
  const installer = world.cluster.as(installerUser(metadata.namespace ?? ""));
  const found = await inParallel(status?.inventory ?? [], 8, (each) =>
    installer.find<KubernetesObject>(each),
  );
  return found.filter((each) => each !== undefined);
}

/** Where what a command made answers: by its Ingresses, and never at the console's own hosts. */
export function addressMade(world: World, made: readonly KubernetesObject[]): string | undefined {
  const address = addressOf(
    made.filter(({ kind }) => kind === "Ingress"),
    world.cloud,
  );
  return address && !world.consoleHosts.includes(new URL(address).hostname) ? address : undefined;
}

/** The icon, leading there. */
export function at(entry: App, url: string | undefined): App {
  return url ? { ...entry, spec: { ...entry.spec, data: { ...entry.spec.data, url } } } : entry;
}

async function adoptOf(
  world: World,
  installation: Installation,
  { metadata }: KubernetesObject,
): Promise<KubernetesObject[]> {
  const { name, namespace = "" } = installation.metadata;
  const adopted: Adopted = await adopt(world.cluster.as(installerUser(namespace)), {
    ...{ namespace, job: metadata.name, since: metadata.creationTimestamp ?? "" },
    owner: { kind: "installation", name },
    rules: await world.tenantRules(),
    recorded: new Set((installation.status?.inventory ?? []).map(referenceKey)),
  });
  for (const object of adopted.foreign)
    world.recorder.record(
      installation,
      "Warning",
      "NotAdopted",
      `${spoken({ kind: object.kind, name: object.metadata.name })} was there before the command changed it; it stays when the app is uninstalled.`,
    );
  return adopted.objects;
}

/**
 * Ends what earlier programs are still at, takes over what they made, and forgets that they have run: whoever wants one of
 * them again runs it again. Returns what they made.
 */
export async function supersede(
  world: World,
  subject: Subject,
  program: Program | undefined,
): Promise<ObjectReference[]> {
  const { installation } = subject;
  const earlier = jobsOf(installation).filter(({ name }) => name !== program?.job);
  const known = installation.status?.conditions?.find(({ type }) => type === RAN);
  const forget = known?.status === "True" && known.message !== program?.job;
  const made = earlier.length > 0 ? await madeByCommands(world, installation, earlier) : [];
  const installer = world.cluster.as(installerUser(installation.metadata.namespace ?? ""));
  for (const job of earlier)
    try {
      await installer.delete(job, { propagationPolicy: "Background" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  if (forget)
    await report(world, subject, {
      conditions: [{ type: RAN, status: "False", reason: "Superseded", message: "" }],
    });
  return made;
}

function jobsOf({ status }: Installation): ObjectReference[] {
  return (status?.inventory ?? []).filter(({ kind, name }) => kind === "Job" && COMMAND_JOB.test(name));
}

/** Before an Installation is taken apart: what a command made that never came to its end is the app's as well. */
export async function madeByCommands(
  world: World,
  installation: Installation,
  jobs = jobsOf(installation),
): Promise<ObjectReference[]> {
  const installer = world.cluster.as(installerUser(installation.metadata.namespace ?? ""));
  const made: KubernetesObject[] = [];
  for (const reference of jobs) {
    const job = await installer.find<KubernetesObject>(reference);
    if (job) made.push(...(await adoptOf(world, installation, job)));
  }
  return made.map(referenceOf);
}
