import { isNotFound } from "../cluster/index.ts";
import { deleteObjects } from "../install/delete.ts";
import { drawsValues, isRuling } from "../install/provider-objects.ts";
import { groupKind } from "../install/references.ts";
import { type ResolvedImage, resolveImage } from "../install/resolve.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, type Installation, type Provider } from "../model/resources.ts";
import { PROVIDER_FINALIZER, reportProvider } from "./provider-status.ts";
import type { World } from "./world.ts";

/**
 * How many tenants have it installed, and how many instances there are anywhere. `certain` asks the API server even
 * where a watch would do.
 */
export async function countUse(
  world: World,
  image: ResolvedImage,
  certain = false,
): Promise<{ tenants: number; instances: number }> {
  const items = certain
    ? (await world.cluster.list<Installation>({ apiVersion: API_VERSION, kind: "Installation" })).items
    : world.installations.list();
  const repository = `${image.org}/${image.repo}`;
  const using = items.filter(({ spec }) => spec.image.split(/[:@]/)[0] === repository);
  const tenants = new Set(using.map(({ metadata }) => metadata.namespace)).size;
  let instances = 0;
  for (const kind of image.content.provider?.instances ?? []) {
    const informer = world.instances.follow(kind);
    if (informer?.hasSynced && !certain) instances += informer.list().length;
    else instances += await countNow(world, kind);
  }
  return { tenants, instances };
}

async function countNow({ cluster }: World, kind: { apiVersion: string; kind: string }): Promise<number> {
  try {
    return (await cluster.list<KubernetesObject>({ apiVersion: kind.apiVersion, kind: kind.kind })).items
      .length;
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}

/**
 * Lets a deleted Provider go. With `removalPolicy: Delete` the operator goes too, once nobody uses it and no instance
 * is left anywhere; with `Keep` only the record goes.
 */
export async function removeProvider(
  world: World,
  provider: Provider,
): Promise<{ requeueAfterMs: number } | undefined> {
  const { metadata, spec, status } = provider;
  if (!metadata.finalizers?.includes(PROVIDER_FINALIZER)) return undefined;
  if (spec.removalPolicy === "Delete") {
    const image = await imageOf(world, provider);
    const { tenants, instances } = image ? await countUse(world, image, true) : { tenants: 0, instances: 0 };
    if (tenants > 0 || instances > 0) {
      const message = `It is still used: ${tenants} workspaces have it installed and ${instances} instances exist.`;
      await reportProvider(world, provider, {
        phase: "Removing",
        message,
        tenants,
        instances,
        conditions: [{ type: "Ready", status: "False", reason: "InUse", message }],
      });
      return { requeueAfterMs: 30_000 };
    }
    await reportProvider(world, provider, {
      phase: "Removing",
      message: "The operator is being removed.",
      ...because("provider-removing", {}),
    });
    // What an administrator applied with the grant goes with the grant.
    const own = (status?.inventory ?? []).filter((reference) => !isRuling(reference));
    const { waitingFor } = await deleteObjects(world.cluster, own, {
      owner: { kind: "provider", name: metadata.name },
      volumes: "keep",
      signal: world.signal,
    });
    if (waitingFor.length > 0) return { requeueAfterMs: 5_000 };
    for (const kind of image?.content.provider?.instances ?? []) {
      world.kinds.delete(groupKind(kind));
      world.meters.delete(groupKind(kind));
    }
    const values = {
      apiVersion: "v1",
      kind: "Secret",
      namespace: world.systemNamespace,
      name: `provider.${metadata.name}.values`,
    };
    if (image && drawsValues(image.content) && (await world.cluster.find(values)))
      await world.cluster.delete(values);
  }
  await world.cluster.patch(
    { apiVersion: API_VERSION, kind: "Provider", name: metadata.name },
    { metadata: { finalizers: metadata.finalizers.filter((each) => each !== PROVIDER_FINALIZER) } },
    { type: "merge", fieldManager: "app-manager" },
  );
  return undefined;
}

async function imageOf(world: World, provider: Provider): Promise<ResolvedImage | undefined> {
  try {
    return await resolveImage(world.images, provider.spec.image);
  } catch (error) {
    // An image that is gone or broken must not keep its operator for ever; the inventory says what to remove.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
