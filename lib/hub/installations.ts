import { type Cluster, isAlreadyExists } from "../cluster/index.ts";
import { inventoryHealth, type ObjectHealth } from "../install/inventory.ts";
import { validateInputs } from "../install/values.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, annotation, type Installation, label } from "../model/resources.ts";
import type { ResolvedImage } from "./catalogue.ts";
import type { Hub } from "./hub.ts";
import { parseImage, resolveImage } from "./image-of.ts";
import { SpokenProblem } from "./messages.ts";
import { requirePossible } from "./plan.ts";

export interface NewInstallation {
  image: string;
  /** What the person was shown; a tag that has moved since is refused. */
  digest?: string | undefined;
  inputs: Record<string, string>;
  secretInputs?: Record<string, string>;
  name?: string;
}

export interface InstallationChange {
  image?: string;
  inputs?: Record<string, string>;
  secretInputs?: Record<string, string>;
  suspended?: boolean;
  retry?: true;
}

const KIND = { apiVersion: API_VERSION, kind: "Installation" };
const inputsSecret = (installation: string) => `${installation}-inputs`;

/**
 * Installs an image as the member. Inputs that the image declares secret go into a Secret beside it. Installing the
 * same image again changes nothing and returns what is there (`created` false). What the plan says is impossible is
 * refused before anything is written.
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
  if (existing) return { installation: sameImage(existing, image), created: false };
  if (wanted.digest && wanted.digest !== image.digest)
    throw new SpokenProblem("tag-moved", {
      image: `${image.card.org}/${image.card.repo}:${image.tag}`,
      digest: wanted.digest,
    });
  const given = { ...wanted.inputs, ...wanted.secretInputs };
  const { open, secret } = await splitInputs(image, given);
  await requirePossible(hub, uid, namespace, { image: wanted.image, inputs: given, name });
  const hasSecrets = Object.keys(secret).length > 0;
  if (hasSecrets) await writeSecret(member, namespace, name, secret);
  try {
    const installation = await member.create<Installation>({
      ...KIND,
      kind: "Installation",
      metadata: { name, namespace },
      spec: {
        image: `${image.card.org}/${image.card.repo}:${image.tag}`,
        inputs: open,
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
 * Changes image, inputs or suspension as the member, or asks the manager to try again. A new image or new inputs that
 * the plan says are impossible are refused.
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
    const image = await resolveImage(hub, uid, wanted.image ?? current.spec.image);
    spec.image = `${image.card.org}/${image.card.repo}:${image.tag}`;
    const kept = await readSecret(member, namespace, name, current);
    const given = onlyDeclared(image, {
      ...current.spec.inputs,
      ...kept,
      ...wanted.inputs,
      ...wanted.secretInputs,
    });
    await requirePossible(hub, uid, namespace, { image: spec.image as string, inputs: given, name });
    if (wanted.inputs || wanted.secretInputs) {
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
  }
  if (wanted.suspended !== undefined) spec.suspended = wanted.suspended;
  return member.patch<Installation>(
    ref,
    {
      ...(Object.keys(spec).length > 0 && { spec }),
      ...(retry && { metadata: { annotations: { [annotation.retry]: new Date().toISOString() } } }),
    },
    { type: "merge" },
  );
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

/** Declared inputs only, checked and completed, apart by whether they are secret. */
async function splitInputs(
  image: ResolvedImage,
  given: Record<string, string>,
): Promise<{ open: Record<string, string>; secret: Record<string, string> }> {
  await validateInputs(image.content, given);
  const open: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const declared = image.content.inputs.find((input) => input.name === name);
    (declared?.secret ? secret : open)[name] = value;
  }
  return { open, secret };
}

/** An upgrade may have dropped inputs that the older version had. */
function onlyDeclared(image: ResolvedImage, given: Record<string, string>): Record<string, string> {
  const declared = new Set(image.content.inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => declared.has(name)));
}

async function writeSecret(
  member: Cluster,
  namespace: string,
  installation: string,
  values: Record<string, string>,
): Promise<void> {
  const name = inputsSecret(installation);
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: { [label.installation]: installation } },
    type: "Opaque",
    stringData: values,
  };
  try {
    await member.create(secret);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await member.patch(
      { apiVersion: "v1", kind: "Secret", name, namespace },
      { stringData: values },
      { type: "merge" },
    );
  }
}

/** The Secret goes when its installation goes. */
async function ownSecret(member: Cluster, { metadata }: Installation): Promise<void> {
  const { name, namespace, uid = "" } = metadata;
  const ownerReferences = [{ apiVersion: API_VERSION, kind: "Installation", name, uid }];
  const ref = { apiVersion: "v1", kind: "Secret", name: inputsSecret(name), namespace };
  await member.patch(ref, { metadata: { ownerReferences } }, { type: "merge" });
}

async function readSecret(
  member: Cluster,
  namespace: string,
  installation: string,
  current: Installation,
): Promise<Record<string, string>> {
  const name = inputsSecret(installation);
  if (!current.spec.inputsFrom?.some(({ secretRef }) => secretRef.name === name)) return {};
  const secret = await member.find<KubernetesObject & { data?: Record<string, string> }>({
    apiVersion: "v1",
    kind: "Secret",
    name,
    namespace,
  });
  const entries = Object.entries(secret?.data ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
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
