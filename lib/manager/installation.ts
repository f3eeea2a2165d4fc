import { ApiError, isUnreachable } from "../cluster/index.ts";
import { titled } from "../install/entry.ts";
import { revisionsOf } from "../install/revisions.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { Installation } from "../model/resources.ts";
import { API_VERSION, annotation } from "../model/resources.ts";
import { resolveFor } from "./access.ts";
import { beginInstallActions } from "./actions/events.ts";
import { installApplication } from "./application.ts";
import { upgradeByItself } from "./automatic.ts";
import { bringProvider } from "./for-everybody.ts";
import type { Memory } from "./memory.ts";
import { observe } from "./observe.ts";
import { describeSchedule, keepSchedule } from "./schedule.ts";
import { unsignedApplication } from "./signatures.ts";
import { reasonOf } from "./status.ts";
import { FINALIZER, installerUser, report, type Subject } from "./subject.ts";
import { uninstall } from "./uninstall.ts";
import { goBack, isOpen, timeLeft, trackUpgrade, upgradeAfter } from "./upgrade.ts";
import type { World } from "./world.ts";

/** After so long everything is looked at again, for what no watch tells (Secrets, rights). */
const RESYNC_MS = 600_000;
/** What failed for good is tried again so often, in case its cause went away unseen. */
const FAILED_MS = 60_000;

/**
 * Brings one Installation to its wanted state, or one step nearer. Level-triggered and idempotent: it may
 * stop between any two calls and be called again.
 */
export async function reconcileInstallation(
  world: World,
  reference: { namespace: string; name: string },
  memory: Memory,
): Promise<{ requeueAfterMs: number } | undefined> {
  const { cluster } = world;
  const found =
    copyIn(world, reference, memory) ??
    (await cluster.find<Installation>({ apiVersion: API_VERSION, kind: "Installation", ...reference }));
  if (!found) return undefined;
  const subject: Subject = { installation: found, memory };
  if (found.metadata.deletionTimestamp) return uninstall(world, subject);
  const left = timeLeft(subject, world.isToStop(subject.installation));
  if (left !== undefined && left <= 0) {
    await goBack(world, subject);
    return { requeueAfterMs: 0 };
  }
  let untilScheduled: number | undefined;
  let untilUpgrade: number | undefined;
  let again: number | undefined;
  try {
    // An upgrade that may still go back is not stopped in its middle.
    untilScheduled = left === undefined ? await keepSchedule(world, subject) : undefined;
    again = (await bring(world, subject))?.requeueAfterMs;
    await beginInstallActions(world, subject);
    untilUpgrade = await upgradeByItself(world, subject);
  } catch (error) {
    if (!(error instanceof ProblemError)) {
      await sayRetrying(world, subject, error);
      throw error;
    }
    memory.applied = undefined;
    await fail(world, subject, error);
    again = FAILED_MS;
  }
  await describeSchedule(world, subject);
  const waits = [
    again,
    untilScheduled,
    untilUpgrade,
    timeLeft(subject, world.isToStop(subject.installation)),
  ].filter((wait) => wait !== undefined);
  return waits.length > 0 ? { requeueAfterMs: Math.max(0, Math.min(...waits)) } : undefined;
}

async function bring(world: World, subject: Subject): Promise<{ requeueAfterMs: number } | undefined> {
  const { installation, memory } = subject;
  if (!installation.metadata.finalizers?.includes(FINALIZER)) await addFinalizer(world, subject);
  const wanted = wantedMark(world, installation);
  if (memory.applied === wanted && !memory.drifted) {
    return { requeueAfterMs: (await observe(world, subject)) ?? RESYNC_MS };
  }
  memory.begin();
  const { namespace = "", name } = installation.metadata;
  const revisions = await revisionsOf(world.cluster.as(installerUser(namespace)), namespace, name);
  await trackUpgrade(world, subject, revisions);
  const newest = revisions[0];
  // A tag is looked up once per revision: what is installed does not change because a tag moved.
  const pinned = newest?.data.image === installation.spec.image ? newest.data.digest : undefined;
  const image = titled(await resolveFor(world, namespace, installation.spec.image, pinned), installation);
  if (image.content.mode === "application") {
    // What was installed before goes on, with other inputs too, and may be gone back to.
    const kept = revisions.some(({ data }) => data.digest === image.digest);
    const unsigned = kept ? undefined : await unsignedApplication(world, image);
    if (unsigned) throw unsigned;
    if (!(await installApplication(world, subject, image, revisions, wanted))) return undefined;
  } else if (!(await bringProvider(world, subject, image, wanted))) return undefined;
  return { requeueAfterMs: (await observe(world, subject)) ?? RESYNC_MS };
}

/**
 * The local copy, where it is all that is needed: nobody has touched the Installation yet, or everything is applied as
 * wanted and only its health may be news. A copy that does not show the last status that was written would be answered
 * with a second one.
 */
function copyIn(
  world: World,
  { namespace, name }: { namespace: string; name: string },
  memory: Memory,
): Installation | undefined {
  const copy = world.installations.get(namespace, name);
  if (!copy || copy.metadata.deletionTimestamp || memory.drifted) return undefined;
  const untouched = !copy.status && !copy.metadata.finalizers && !memory.looked;
  memory.looked = true;
  if (untouched) return { ...copy, metadata: { ...copy.metadata } };
  if (memory.applied !== wantedMark(world, copy) || !copy.metadata.finalizers?.includes(FINALIZER))
    return undefined;
  if (Number(copy.metadata.resourceVersion) < Number(memory.written ?? 0)) return undefined;
  return { ...copy, metadata: { ...copy.metadata } };
}

/** What decides whether everything has to be looked at again. */
function wantedMark(world: World, installation: Installation): string {
  const { metadata, spec } = installation;
  return JSON.stringify([
    world.isToStop(installation),
    metadata.uid,
    metadata.generation,
    metadata.annotations?.[annotation.retry],
    spec.image,
  ]);
}

async function addFinalizer({ cluster }: World, { installation }: Subject): Promise<void> {
  const { name, namespace, resourceVersion, finalizers = [] } = installation.metadata;
  const changed = await cluster.patch<Installation>(
    { apiVersion: API_VERSION, kind: "Installation", name, ...(namespace ? { namespace } : {}) },
    { metadata: { resourceVersion, finalizers: [...finalizers, FINALIZER] } },
    { type: "merge", fieldManager: "app-manager" },
  );
  installation.metadata.finalizers = changed.metadata.finalizers;
  installation.metadata.resourceVersion = changed.metadata.resourceVersion;
}

/** Says what went wrong for good and what to do. What runs already keeps running and is only called Degraded. */
async function fail(world: World, subject: Subject, problem: ProblemError): Promise<void> {
  const { installation } = subject;
  const { phase, upgrade } = installation.status ?? {};
  const running = phase === "Running" || phase === "Degraded" || isOpen(upgrade);
  const step = stepOf(problem);
  const order = ["Resolved", "ProviderReady", "Applied"] as const;
  const before = order.slice(0, order.indexOf(step));
  const { kind, name, apiVersion } = problem.params;
  await report(world, subject, {
    phase: running ? "Degraded" : "Failed",
    message: problem.message,
    code: problem.code,
    reason: problem.reason,
    params: problem.params,
    failingObject:
      typeof kind === "string" && typeof name === "string"
        ? {
            apiVersion: typeof apiVersion === "string" ? apiVersion : "",
            kind,
            name,
            namespace: installation.metadata.namespace ?? "",
          }
        : undefined,
    log: undefined,
    ...upgradeAfter(installation, problem),
    conditions: [
      ...before.map((type) => ({ type, status: "True" as const, reason: "Done", message: "" })),
      { type: step, status: "False", reason: reasonOf(problem), message: problem.message },
      { type: "Ready", status: "False", reason: reasonOf(problem), message: problem.message },
    ],
  });
}

function stepOf({ code }: ProblemError): "Resolved" | "ProviderReady" | "Applied" {
  if (/^(image-|input-|expression-failed)/.test(code)) return "Resolved";
  return code === "kind-missing" ? "ProviderReady" : "Applied";
}

/** A fault that may pass: the page says so after the API server has answered that it is one. */
async function sayRetrying(world: World, subject: Subject, error: unknown): Promise<void> {
  if (isUnreachable(error) || !(error instanceof ApiError) || error.status === 409 || error.status === 429)
    return;
  const { installation } = subject;
  const message = `It did not work and is tried again: ${error.message}`;
  const phase = installation.status?.phase ?? "Pending";
  await report(world, subject, {
    phase,
    message,
    code: "retrying",
    ...because("retrying", { reason: error.message }),
    conditions: [{ type: "Ready", status: "False", reason: "Retrying", message }],
  }).catch((cause: unknown) => world.log.warn({ err: cause }, "the status could not be written"));
}
