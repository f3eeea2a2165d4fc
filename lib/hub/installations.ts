import { isAlreadyExists } from "../cluster/index.ts";
import { untilNameIsFree } from "../install/bin-use.ts";
import { inventoryHealth } from "../install/inventory.ts";
import type { ObjectHealth } from "../model/installation-views.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import {
  API_VERSION,
  annotation,
  type Installation,
  type ProviderChoice,
  type UpgradeSettings,
} from "../model/resources.ts";
import { type Schedule, scheduleFault } from "../model/schedule.ts";
import { refuseOverBudget } from "./budgets.ts";
import type { ResolvedImage } from "./catalogue.ts";
import type { Hub } from "./hub.ts";
import { parseImage, pinnedTo, referenceTo, resolveImage } from "./image-of.ts";
import { inputsAfter, inputsSecret, ownSecret, splitInputs, writeSecret } from "./input-secrets.ts";
import { SpokenProblem } from "./messages.ts";
import { requirePossible } from "./plan.ts";

export interface NewInstallation {
  image: string;
  /** What the person was shown; a tag that has moved since is refused. */
  digest?: string | undefined;
  inputs: Record<string, string>;
  secretInputs?: Record<string, string>;
  providers?: ProviderChoice[] | undefined;
  name?: string;
}

export interface InstallationChange {
  image?: string;
  /** What the person was shown of that image; a tag that has moved since is refused. */
  digest?: string | undefined;
  inputs?: Record<string, string>;
  secretInputs?: Record<string, string>;
  /** All of them. */
  providers?: ProviderChoice[] | undefined;
  suspended?: boolean;
  /** `null` takes it away. */
  schedule?: Schedule | null;
  upgrade?: Omit<UpgradeSettings, "recreate">;
  /** Objects (`Kind/name`) that may be deleted and made anew, for this change. */
  recreate?: string[];
  retry?: true;
}

const KIND = { apiVersion: API_VERSION, kind: "Installation" };
/** What is installed again while it is still being uninstalled waits so long. */
const WAIT_MS = 20_000;

/**
 * Installs an image as the member. Inputs that the image declares secret go into a Secret beside it. Installing the
 * same image again changes nothing and returns what is there (`created` false); one that is being uninstalled under its
 * name is waited for, and `conflict` thrown when it does not go. What the plan says is impossible is refused before
 * anything is written.
 */
export async function install(
  hub: Hub,
  uid: string,
  namespace: string,
  wanted: NewInstallation,
): Promise<{ installation: Installation; created: boolean }> {
  const member = hub.members.clusterOf(uid, namespace);
  const image = await resolveImage(hub, uid, wanted.image);
  const name = wanted.name ?? image.card.repo;
  const existing = await member.find<Installation>({ ...KIND, name, namespace });
  if (existing?.metadata.deletionTimestamp) await untilNameIsFree(member, namespace, name, WAIT_MS);
  else if (existing) return { installation: sameImage(existing, image), created: false };
  refuseMoved(image, wanted.digest);
  refuseOverBudget(hub, namespace);
  const given = { ...wanted.inputs, ...wanted.secretInputs };
  const { open, secret } = await splitInputs(image, given);
  await requirePossible(hub, uid, namespace, {
    ...{ image: wanted.image, inputs: given, name },
    providers: wanted.providers,
  });
  const hasSecrets = Object.keys(secret).length > 0;
  if (hasSecrets) await writeSecret(member, namespace, name, secret);
  try {
    const installation = await member.create<Installation>({
      ...KIND,
      kind: "Installation",
      metadata: { name, namespace },
      spec: {
        image: referenceTo(image),
        inputs: open,
        ...(wanted.providers?.length && { providers: wanted.providers }),
        ...(hasSecrets && { inputsFrom: [{ secretRef: { name: inputsSecret(name) } }] }),
      },
    });
    if (hasSecrets) await ownSecret(member, installation);
    return { installation, created: true };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const other = await member.get<Installation>({ ...KIND, name, namespace });
    return { installation: sameImage(other, image), created: false };
  }
}

/**
 * Changes image, inputs, suspension, schedule or how it is upgraded as the member, or asks the manager to try again. A new
 * image or new inputs that the plan says are impossible are refused.
 */
export async function change(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
  wanted: InstallationChange,
): Promise<Installation> {
  const member = hub.members.clusterOf(uid, namespace);
  const ref = { ...KIND, name, namespace };
  const current = await member.get<Installation>(ref);
  const spec: Record<string, unknown> = {};
  let retry = wanted.retry === true;
  if (wanted.image !== undefined || wanted.inputs || wanted.secretInputs) {
    const image = await resolveImage(hub, uid, pinnedTo(current, wanted.image ?? current.spec.image));
    refuseMoved(image, wanted.digest);
    if (wanted.image !== undefined && wanted.image !== current.spec.image) spec.image = referenceTo(image);
    const given = await inputsAfter(member, current, image, { ...wanted.inputs, ...wanted.secretInputs });
    const { recreate, providers } = wanted;
    await requirePossible(hub, uid, namespace, {
      ...{ image: referenceTo(image), inputs: given, name },
      ...{ recreate, providers },
    });
    if (providers) spec.providers = providers;
    if (recreate ?? current.spec.upgrade?.recreate) spec.upgrade = { recreate: recreate ?? null };
    const { open, secret } = await splitInputs(image, given);
    // A merge patch keeps keys that it does not name.
    const gone = Object.keys(current.spec.inputs ?? {}).filter((key) => !Object.hasOwn(open, key));
    spec.inputs = { ...open, ...Object.fromEntries(gone.map((key) => [key, null])) };
    if (Object.keys(secret).length > 0) {
      await writeSecret(member, namespace, name, secret);
      await ownSecret(member, current);
      spec.inputsFrom = [{ secretRef: { name: inputsSecret(name) } }];
      retry = true;
    }
  }
  if (wanted.suspended === false) refuseOverBudget(hub, namespace);
  if (wanted.suspended !== undefined) spec.suspended = wanted.suspended;
  if (wanted.schedule !== undefined) spec.schedule = schedulePatch(wanted.schedule);
  if (wanted.upgrade) spec.upgrade = { ...(spec.upgrade ?? {}), window: null, ...wanted.upgrade };
  return member.patch<Installation>(
    ref,
    {
      ...(Object.keys(spec).length > 0 && { spec }),
      ...(retry && { metadata: { annotations: { [annotation.retry]: new Date().toISOString() } } }),
    },
    { type: "merge" },
  );
}

/** The whole schedule as a merge patch. Throws `input-invalid` for one that cannot be kept. */
function schedulePatch(schedule: Schedule | null): Record<keyof Schedule, string | null> | null {
  if (!schedule) return null;
  const fault = scheduleFault(schedule);
  if (fault) {
    const { message, reason, params } = fault;
    const field = { field: `schedule.${fault.field}`, message, reason, params };
    throw new ProblemError("input-invalid", message, { reason, params, fields: [field] });
  }
  const { stop = null, start = null, timeZone = null } = schedule;
  return { stop, start, timeZone };
}

function refuseMoved(image: ResolvedImage, digest: string | undefined): void {
  if (digest && digest !== image.digest)
    throw new SpokenProblem("tag-moved", {
      image: `${image.card.org}/${image.card.repo}:${image.tag}`,
      digest,
    });
}

/**
 * Begins to uninstall as the member. Throws `instances-exist`, naming them, for a provider that this namespace still
 * uses; the manager's finalizer checks the same, whichever door the deletion comes through.
 */
export async function uninstall(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
  volumes: "keep" | "delete",
): Promise<void> {
  const member = hub.members.clusterOf(uid, namespace);
  const ref = { ...KIND, name, namespace };
  const installation = await member.get<Installation>(ref);
  if (installation.status?.mode === "provider") await refuseUsedProvider(hub, namespace, installation);
  // A deletion leaves no writer behind; this does.
  const annotations = {
    [annotation.uninstallRequested]: new Date().toISOString(),
    ...(volumes === "delete" && { [annotation.volumes]: volumes }),
  };
  await member.patch(ref, { metadata: { annotations } }, { type: "merge" });
  await member.delete(ref);
}

async function refuseUsedProvider(hub: Hub, namespace: string, installation: Installation): Promise<void> {
  const { org, repo } = parseImage(installation.spec.image);
  const provider = `${org}.${repo}`;
  if (!hub.instances.providers.get(undefined, provider)) return;
  const { kinds } = await hub.instances.load(provider);
  const names = kinds.flatMap((kind) =>
    hub.instances
      .informerOf(kind)
      .list(namespace)
      .map(({ metadata }) => `${kind.kind}/${metadata.name}`),
  );
  if (names.length === 0) return;
  throw new ProblemError("instances-exist", `Delete ${names.join(", ")} first; then uninstall again.`, {
    ...because("instances-exist", {
      names: names.join(", "),
      instances: names.join(", "),
      count: names.length,
    }),
  });
}

function sameImage(existing: Installation, image: ResolvedImage): Installation {
  const { org, repo } = parseImage(existing.spec.image);
  if (org === image.card.org && repo === image.card.repo) return existing;
  throw new SpokenProblem("installation-other", { name: existing.metadata.name, image: existing.spec.image });
}

/** Health of everything in the inventory, read as the member. */
export async function objectsOf(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
): Promise<ObjectHealth[]> {
  const member = hub.members.clusterOf(uid, namespace);
  const installation = await member.get<Installation>({ ...KIND, name, namespace });
  return inventoryHealth(member, namespace, installation.status?.inventory ?? []);
}
