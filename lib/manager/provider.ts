import { randomBytes } from "node:crypto";
import { isConflict } from "../cluster/index.ts";
import { applyInStages } from "../install/apply.ts";
import { deleteObjects, pruned } from "../install/delete.ts";
import { addressOf } from "../install/entry.ts";
import type { Grant } from "../install/grant.ts";
import { judge, notGranted } from "../install/granted.ts";
import { imageGrant } from "../install/image-grant.ts";
import { stamped } from "../install/ownership.ts";
import { renderContext } from "../install/prepare.ts";
import { drawsValues, homeOf, isRuling } from "../install/provider-objects.ts";
import { groupKind, referenceKey, referenceOf, unionOf } from "../install/references.ts";
import { type ResolvedImage, resolveImage } from "../install/resolve.ts";
import { drawValues } from "../install/values.ts";
import type { InstanceKind } from "../model/image.ts";
import { type KubernetesObject, type ObjectReference, parseApiVersion } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { countResource } from "../model/quota-count.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, label, type Provider } from "../model/resources.ts";
import { isTrusted } from "./access.ts";
import { metersOfKind } from "./custom-meters.ts";
import type { Memory } from "./memory.ts";
import { observeObjects } from "./observe.ts";
import { countUse, removeProvider } from "./provider-removal.ts";
import { PROVIDER_FINALIZER, reportProvider } from "./provider-status.ts";
import { settlingFor } from "./settle.ts";
import { unsignedProvider } from "./signatures.ts";
import { reasonOf } from "./status.ts";
import type { World } from "./world.ts";

const RESYNC_MS = 600_000;
const FAILED_MS = 60_000;
/** A grant may take a moment to count after it is there. */
const NOT_GRANTED_MS = 5_000;

/**
 * Brings one Provider to its wanted state: the operator of a `provider` image, or the one instance of a `shared` image.
 * It writes with the manager's own rights: only images of a trusted organization, pinned by digest, get here, and only
 * as far as an administrator of the cluster has granted it (docs/security.md).
 */
export async function reconcileProvider(
  world: World,
  name: string,
  memory: Memory,
): Promise<{ requeueAfterMs: number } | undefined> {
  const provider = await world.cluster.find<Provider>({ apiVersion: API_VERSION, kind: "Provider", name });
  if (!provider) return undefined;
  try {
    if (provider.metadata.deletionTimestamp) return await removeProvider(world, provider);
    return await bring(world, provider, memory);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    memory.applied = undefined;
    const failure = { status: "False" as const, reason: reasonOf(error), message: error.message };
    await reportProvider(world, provider, {
      phase: provider.status?.phase === "Ready" ? "Ready" : "Failed",
      message: error.message,
      ...(error.reason ? { reason: error.reason } : {}),
      params: error.params,
      conditions: [
        { type: "Applied", ...failure },
        ...(provider.status?.phase === "Ready" ? [] : [{ type: "Ready", ...failure }]),
      ],
    });
    return { requeueAfterMs: error.code === "not-granted" ? NOT_GRANTED_MS : FAILED_MS };
  }
}

async function bring(
  world: World,
  provider: Provider,
  memory: Memory,
): Promise<{ requeueAfterMs: number } | undefined> {
  const { metadata, spec } = provider;
  const image = await trustedImage(world, provider);
  const kinds = image.content.provider?.instances ?? [];
  if (!metadata.finalizers?.includes(PROVIDER_FINALIZER)) {
    await world.cluster.patch(
      { apiVersion: API_VERSION, kind: "Provider", name: metadata.name },
      {
        metadata: {
          resourceVersion: metadata.resourceVersion,
          finalizers: [...(metadata.finalizers ?? []), PROVIDER_FINALIZER],
        },
      },
      { type: "merge", fieldManager: "app-manager" },
    );
  }
  const wanted = JSON.stringify([metadata.uid, metadata.generation, image.digest]);
  if (memory.applied !== wanted || memory.drifted) {
    memory.begin();
    // What is applied already goes on as it is.
    const { name } = metadata;
    const unsigned =
      provider.status?.digest === image.digest
        ? undefined
        : await unsignedProvider(world, { image: spec.image, name, digest: image.digest });
    if (unsigned) throw unsigned;
    await apply(world, provider, image, memory, wanted);
  }
  for (const kind of kinds) {
    world.kinds.set(groupKind(kind), kind);
    world.meters.set(groupKind(kind), metersOfKind(image.content.metering, kind));
    world.instances.follow(kind);
  }
  const settling = await observeProvider(world, provider, image, memory);
  const { tenants, instances } = await countUse(world, image);
  await reportProvider(world, provider, { tenants, instances, counted: kinds.map(countOf) });
  const unused = tenants === 0 && instances === 0 && provider.status?.phase === "Ready";
  if (spec.removalPolicy === "Delete" && unused && (await isUnused(world, image))) {
    await world.cluster.delete(
      { apiVersion: API_VERSION, kind: "Provider", name: metadata.name },
      metadata.uid ? { uid: metadata.uid } : {},
    );
  }
  return { requeueAfterMs: settling ?? RESYNC_MS };
}

function countOf({ apiVersion, plural, limit }: InstanceKind): { resource: string; limit?: number } {
  const resource = countResource(parseApiVersion(apiVersion).group, plural);
  return { resource, ...(limit === undefined ? {} : { limit }) };
}

async function isUnused(world: World, image: ResolvedImage): Promise<boolean> {
  const { tenants, instances } = await countUse(world, image, true);
  return tenants === 0 && instances === 0;
}

/** @throws ProblemError unless the image is pinned by digest and its organization is trusted with the cluster */
async function trustedImage(world: World, provider: Provider): Promise<ResolvedImage> {
  const image = await resolveImage(world.images, provider.spec.image);
  if (!provider.spec.image.endsWith(`@${image.digest}`))
    throw new ProblemError(
      "image-invalid",
      "A provider's image has to be pinned by its digest.",
      because("not-pinned", {}),
    );
  if (!(await isTrusted(world, image.org)))
    throw new ProblemError(
      "forbidden",
      `The organization ${image.org} is not trusted to change the cluster. Ask an administrator.`,
      because("not-trusted", { image: `${image.org}/${image.repo}`, organization: image.org }),
    );
  if (image.content.mode === "application")
    throw new ProblemError(
      "image-invalid",
      `${image.org}/${image.repo} is an application, not a provider.`,
      because("not-a-provider", { image: `${image.org}/${image.repo}` }),
    );
  return image;
}

async function apply(
  world: World,
  provider: Provider,
  image: ResolvedImage,
  memory: Memory,
  wanted: string,
): Promise<void> {
  const { cluster } = world;
  const { name } = provider.metadata;
  const owner = { kind: "provider" as const, name };
  const objects = await grantedObjects(world, name, image);
  const references = objects.map(referenceOf);
  const recorded = provider.status?.inventory ?? [];
  const { content } = image;
  const ready = provider.status?.phase === "Ready";
  const known =
    provider.status?.digest === image.digest &&
    unionOf(references, recorded).length === recorded.length &&
    provider.status.conditions?.some(({ type, status }) => type === "Applied" && status === "True");
  if (!known)
    await reportProvider(world, provider, {
      phase: ready ? "Ready" : "Installing",
      ...(ready
        ? {}
        : {
            message: `${content.title} is being installed for the whole cluster.`,
            ...because("provider-installing", { title: content.title }),
          }),
      mode: content.mode,
      title: content.title,
      digest: image.digest,
      instanceKinds: (content.provider?.instances ?? []).map(({ apiVersion, kind }) => ({
        apiVersion,
        kind,
      })),
      inventory: unionOf(references, recorded),
      conditions: ready
        ? []
        : [
            { type: "Applied", status: "False", reason: "Applying", message: "" },
            { type: "Ready", status: "False", reason: "Installing", message: "" },
          ],
    });
  const keys = new Set(recorded.map(referenceKey));
  const applied = await applyInStages(cluster, objects, { owner, recorded: keys, signal: world.signal });
  for (const reference of references) world.children.follow(reference);
  const leftOver = pruned(recorded, references).filter((reference) => !isRuling(reference));
  const { kept } = await deleteObjects(cluster, leftOver, {
    owner,
    volumes: "keep",
    signal: world.signal,
  });
  const address = content.mode === "shared" ? addressOf(objects, world.cloud) : undefined;
  await reportProvider(world, provider, {
    inventory: unionOf(references, kept),
    address,
    conditions: [
      { type: "Applied", status: "True", reason: "Applied", message: `${objects.length} objects` },
    ],
  });
  // Only now: what could not be said has to be said again.
  memory.remember(
    applied.map(({ object }) => object),
    wanted,
  );
}

/**
 * What the manager itself applies for the image.
 * @throws ProblemError `not-granted` while an administrator has not allowed all that the image needs
 */
async function grantedObjects(world: World, name: string, image: ResolvedImage): Promise<KubernetesObject[]> {
  const { cluster } = world;
  const drawn = drawsValues(image.content);
  const early = drawn ? await grantFor(world, name, image, {}) : undefined;
  const objection = early && notGranted(await judge(cluster, early.grant), titled(image));
  if (objection) throw objection;
  const values = drawn ? await keptValues(world, name, image) : {};
  const { grant, objects } = await grantFor(world, name, image, values);
  const problem = notGranted(await judge(cluster, grant), titled(image));
  if (problem) throw problem;
  const ruling = new Set(grant.ruling);
  return objects
    .filter((object) => !ruling.has(object) && !isRuling(object))
    .map((object) => stamped(object, { kind: "provider", name }));
}

function titled({ content, org, repo }: ResolvedImage): { title: string; name: string } {
  return { title: content.title, name: `${org}/${repo}` };
}

/** What the image wants in the cluster, and the grant that this takes. */
export async function grantFor(
  { cluster, cloud, systemNamespace }: World,
  name: string,
  image: Pick<ResolvedImage, "repo" | "content">,
  values: Readonly<Record<string, string>>,
): Promise<{ grant: Grant; objects: KubernetesObject[] }> {
  return imageGrant(cluster, name, image, { cloud, systemNamespace, values });
}

/** Drawn values of an image that everybody shares are kept in the system namespace. */
async function keptValues(
  { cluster, cloud, systemNamespace }: World,
  name: string,
  image: ResolvedImage,
): Promise<Record<string, string>> {
  const reference = {
    apiVersion: "v1",
    kind: "Secret",
    namespace: systemNamespace,
    name: `provider.${name}.values`,
  };
  const decode = (secret: KubernetesObject) => {
    const text = (secret.data as Record<string, string> | undefined)?.drawn ?? "";
    return JSON.parse(Buffer.from(text, "base64").toString("utf8") || "{}") as Record<string, string>;
  };
  const known = await cluster.find<KubernetesObject>(reference);
  const kept = known ? decode(known) : {};
  const drawn = await drawValues(image.content, renderContext(homeOf(image), cloud), randomBytes, kept);
  if (Object.keys(drawn).every((key) => kept[key] === drawn[key])) return kept;
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: reference.name,
      namespace: systemNamespace,
      labels: { [label.managedBy]: "app-manager", [label.provider]: name },
    },
    type: "hub.sealos.io/values",
    data: { drawn: Buffer.from(JSON.stringify(drawn)).toString("base64") },
  };
  try {
    // Applied and not created: a grant names the Secret, and only a request that names it too is covered.
    await cluster.apply(secret, { fieldManager: "app-manager", force: known !== undefined });
    return drawn;
  } catch (error) {
    if (!isConflict(error)) throw error;
    return decode(await cluster.get<KubernetesObject>(reference));
  }
}

/** Resolves to when to look again, in milliseconds, where it is to settle before anything is said of it. */
async function observeProvider(
  world: World,
  provider: Provider,
  image: ResolvedImage,
  memory: Memory,
): Promise<number | undefined> {
  const { content } = image;
  const inventory = provider.status?.inventory ?? [];
  const wanted: ObjectReference[] | undefined = content.provider?.operator.readyWhen?.map((each) => ({
    ...each,
    namespace: each.namespace ?? homeOf(image),
  }));
  const seen = await observeObjects(world, wanted ?? inventory, memory, undefined);
  const settling = settlingFor(provider, memory, seen);
  if (settling !== undefined) return settling;
  if (seen.done === seen.total) {
    await reportProvider(world, provider, {
      phase: "Ready",
      message: `${content.title} is ready.`,
      ...because("ready", { title: content.title }),
      conditions: [
        { type: "OperatorReady", status: "True", reason: "Ready", message: "" },
        { type: "Ready", status: "True", reason: "Ready", message: `${content.title} is ready.` },
      ],
    });
    return undefined;
  }
  const failed = seen.trouble?.failed === true;
  const message = seen.trouble?.message ?? `${content.title} is starting.`;
  const unready = {
    status: "False" as const,
    reason: failed ? reasonOf(seen.trouble ?? { code: "failed" }) : "Starting",
    message,
  };
  await reportProvider(world, provider, {
    phase: failed ? "Failed" : "Installing",
    message,
    reason: seen.trouble?.reason ?? "app-starting",
    params: seen.trouble?.params ?? { title: content.title },
    conditions: [
      { type: "OperatorReady", ...unready },
      { type: "Ready", ...unready },
    ],
  });
  return undefined;
}
