import { ImageUnavailable } from "../images/index.ts";
import { type Revision, revisionsOf } from "../install/revisions.ts";
import { isImageOf, pinnedImage, rollBackTo } from "../install/rollback.ts";
import { isHigher } from "../install/versions.ts";
import { parseImageReference } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import type { ReasonCode, ReasonParams } from "../model/reasons.ts";
import { FIELD_MANAGER, type Installation, type UpgradeStatus } from "../model/resources.ts";
import { resolveFor } from "./access.ts";
import { installerUser, report, type Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Seconds that an upgrade may take before it goes back by itself. */
const TIMEOUT_SECONDS = 600;

/** Whether an upgrade has begun that has neither succeeded nor been taken back. */
export function isOpen(upgrade: UpgradeStatus | undefined): upgrade is UpgradeStatus {
  return upgrade?.phase === "Running" || upgrade?.phase === "Failed";
}

/**
 * Records that an upgrade begins, before anything else is done of it, so that whoever goes on later knows what to go back
 * to. Wanting a kept revision again is no upgrade, unless its version is higher.
 * @param revisions the newest first
 */
export async function trackUpgrade(
  world: World,
  subject: Subject,
  revisions: readonly Revision[],
): Promise<void> {
  const { spec, status } = subject.installation;
  const [newest] = revisions;
  if (!newest) return;
  const last = status?.upgrade;
  const open = isOpen(last);
  if (open && last.to.image === spec.image) return;
  const now = new Date().toISOString();
  if (isImageOf(newest, spec.image) || isReturn(newest, revisions, spec.image)) {
    if (open) await report(world, subject, { upgrade: { ...last, phase: "RolledBack", finishedAt: now } });
    return;
  }
  const { image, digest } = newest.data;
  await report(world, subject, {
    phase: "Installing",
    upgrade: {
      phase: "Running",
      // After one that failed, the last that ran is still the one to go back to.
      from: open ? last.from : { revision: newest.revision, image, digest },
      to: { image: spec.image },
      startedAt: now,
    },
  });
}

function isReturn(newest: Revision, revisions: readonly Revision[], image: string): boolean {
  const known = revisions.some((revision) => isImageOf(revision, image));
  return known && isHigher(tagOf(image), tagOf(newest.data.image)) !== true;
}

function tagOf(image: string): string {
  return parseImageReference(image)?.tag ?? "";
}

interface Trouble {
  message: string;
  reason?: ReasonCode | undefined;
  params?: ReasonParams | undefined;
}

/** What to say of the upgrade now that the app is ready, or is known to have failed; nothing where there is none. */
export function upgradeAfter(
  { status }: Installation,
  outcome: "ready" | Trouble,
): { upgrade?: UpgradeStatus } {
  const last = status?.upgrade;
  if (!isOpen(last)) return {};
  const { message: _, reason: __, params: ___, ...upgrade } = last;
  if (outcome === "ready")
    return { upgrade: { ...upgrade, phase: "Succeeded", finishedAt: new Date().toISOString() } };
  const { message, reason, params } = outcome;
  return {
    upgrade: {
      ...upgrade,
      phase: "Failed",
      message: message.slice(0, 4_000),
      ...(reason ? { reason } : {}),
      ...(params ? { params } : {}),
    },
  };
}

/**
 * Milliseconds until an upgrade that was asked to be atomic has had its time; undefined: none is under way.
 * @param stopped whether the app is to have no pods
 */
export function timeLeft({ installation, memory }: Subject, stopped: boolean): number | undefined {
  const { spec, status } = installation;
  const last = status?.upgrade;
  if (!spec.upgrade?.atomic || !isOpen(last) || last.automatic !== undefined) return undefined;
  // Of what is stopped nobody can tell whether it would run; but what cannot even be applied has failed.
  if (stopped && last.phase !== "Failed") return undefined;
  if (last.to.image !== spec.image) return undefined;
  // Counted by a clock that never jumps, from when this process learned of it.
  if (memory.upgrade?.startedAt !== last.startedAt) {
    const already = Math.max(0, Date.now() - Date.parse(last.startedAt));
    memory.upgrade = { startedAt: last.startedAt, began: performance.now() - already };
  }
  const limit = (spec.upgrade.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000;
  return memory.upgrade.began + limit - performance.now();
}

/** Takes an upgrade back whose time is over, once. Where that is not possible, says so and leaves it as it is. */
export async function goBack(world: World, subject: Subject): Promise<void> {
  const { installation } = subject;
  const { namespace = "", name } = installation.metadata;
  const last = installation.status?.upgrade;
  if (!last) return;
  const installer = world.cluster.as(installerUser(namespace)).writingAs(FIELD_MANAGER);
  const revisions = await revisionsOf(installer, namespace, name);
  const target = revisions.find(({ data }) => data.digest === last.from.digest);
  const finishedAt = new Date().toISOString();
  try {
    if (!target) throw new ProblemError("not-found", `No revision of ${last.from.image} is kept.`);
    await resolveFor(world, namespace, pinnedImage(target));
    const changed = await rollBackTo(installer, installation, target);
    installation.spec = changed.spec;
    installation.metadata = changed.metadata;
  } catch (error) {
    // A registry that is away is tried again.
    if (!(error instanceof ProblemError) || error.cause instanceof ImageUnavailable) throw error;
    const { reason: _, params: __, ...upgrade } = last;
    const message = `${last.message ?? ""} It cannot go back by itself: ${error.message}`.trim();
    await report(world, subject, {
      upgrade: { ...upgrade, phase: "Failed", automatic: false, finishedAt, message },
    });
    return;
  }
  const upgrade: UpgradeStatus = { ...last, phase: "RolledBack", automatic: true, finishedAt };
  await report(world, subject, { upgrade });
  const why = last.message ? `: ${last.message}` : ".";
  world.recorder.record(
    installation,
    "Warning",
    "RolledBack",
    `${last.to.image} was not ready in time, so ${last.from.image} is wanted again${why}`,
  );
}
