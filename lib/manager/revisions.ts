import { randomBytes } from "node:crypto";
import { isAlreadyExists } from "../cluster/index.ts";
import { renderChart } from "../install/chart/render.ts";
import { renderContext } from "../install/prepare.ts";
import { referenceOf } from "../install/references.ts";
import type { ResolvedImage } from "../install/resolve.ts";
import {
  type Revision,
  type RevisionValues,
  readValues,
  revisionHash,
  revisionObject,
  storedFor,
  storedValues,
  valuesIn,
  valuesName,
  valuesSecret,
} from "../install/revisions.ts";
import { isImageOf } from "../install/rollback.ts";
import { drawValues, validateInputs } from "../install/values.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { Installation } from "../model/resources.ts";
import { installerUser, type Subject } from "./subject.ts";
import { isOpen } from "./upgrade.ts";
import type { World } from "./world.ts";

/**
 * The values of the wanted revision: kept ones if it exists, else those of before with new inputs. `kept` when its Secret
 * is there.
 * @throws ProblemError `revision-damaged` when they, or those of before, cannot be read
 */
export async function valuesOf(
  world: World,
  installation: Installation,
  image: ResolvedImage,
  revisions: readonly Revision[],
): Promise<{ hash: string; values: RevisionValues; kept: boolean }> {
  const { cluster } = world;
  const { name, namespace = "" } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const secrets = await Promise.all(
    (installation.spec.inputsFrom ?? []).map(async ({ secretRef }) => {
      const secret = await installer.find<KubernetesObject>({
        apiVersion: "v1",
        kind: "Secret",
        namespace,
        name: secretRef.name,
      });
      if (!secret)
        throw new ProblemError(
          "input-missing",
          `The Secret ${secretRef.name}, which holds inputs, does not exist. Fill in the inputs again.`,
          because("secret-missing", { secret: secretRef.name }),
        );
      return secret;
    }),
  );
  const plain = installation.spec.inputs ?? {};
  const hash = revisionHash(
    image.digest,
    plain,
    secrets.map(({ metadata }) => ({
      name: metadata.name,
      uid: metadata.uid ?? "",
      resourceVersion: metadata.resourceVersion ?? "",
    })),
  );
  const wanted = valuesName(name, hash);
  const known = revisions.some(({ data }) => data.values === wanted);
  const read = known && (await readValues(installer, namespace, wanted));
  if (read) return { hash, values: read, kept: true };
  // Without its revision, they may have been written by a process that ended there.
  const stored = await storedValues(installer, namespace, name);
  const written = stored.find(({ metadata }) => metadata.name === wanted);
  if (written) return { hash, values: valuesIn(written), kept: true };
  const context = renderContext(namespace, world.cloud);
  // A Secret may hold more than this version asks for; that of another revision does.
  const declared = new Set(image.content.inputs.map(({ name: input }) => input));
  const fromSecrets = Object.entries(Object.assign({}, ...secrets.map(decoded)) as Record<string, string>);
  const inputs = { ...plain, ...Object.fromEntries(fromSecrets.filter(([input]) => declared.has(input))) };
  const before = await keptBefore(world, installation, revisions, stored);
  const drawn = await drawValues(image.content, context, randomBytes, before?.drawn);
  const chart = await renderChart(installer, {
    content: image.content,
    name,
    inputs: await validateInputs(image.content, inputs),
    drawn,
    context,
    earlier: before?.chart,
  });
  return { hash, values: { inputs, drawn, context, ...(chart ? { chart } : {}) }, kept: false };
}

function decoded(secret: KubernetesObject): Record<string, string> {
  const data = (secret.data ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** Values kept by an earlier revision, or by an earlier life of this app whose volumes were kept. */
async function keptBefore(
  { cluster }: World,
  installation: Installation,
  revisions: readonly Revision[],
  stored: readonly KubernetesObject[],
): Promise<RevisionValues | undefined> {
  const { namespace = "" } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  for (const { data } of revisions) {
    const values = await readValues(installer, namespace, data.values);
    if (values) return values;
  }
  const [newest] = storedFor(installation, stored);
  return newest && valuesIn(newest);
}

/**
 * Records the revision before anything is applied; a crash in between finds it again by its name. The subject learns
 * whether it is an earlier state that is wanted again.
 */
export async function keepRevision(
  { cluster }: World,
  subject: Subject,
  { hash, values, kept }: { hash: string; values: RevisionValues; kept: boolean },
  image: ResolvedImage,
  revisions: readonly Revision[],
): Promise<number> {
  const { installation } = subject;
  const installer = cluster.as(installerUser(installation.metadata.namespace ?? ""));
  const [newest] = revisions;
  const number = (newest?.revision ?? 0) + 1;
  const wanted = revisionObject(installation, hash, number, image.digest);
  const known = revisions.find(({ metadata }) => metadata.name === wanted.metadata.name);
  const same = known && isImageOf(known, wanted.data.image);
  if (!kept)
    await ignoringExisting(
      installer.create(valuesSecret(installation, hash, values), { fieldManager: "app-manager" }),
    );
  if (same && known === newest) return known.revision;
  // With Secrets among its inputs an earlier state is a new revision, of a digest that was there before.
  const earlier = known ?? revisions.find(({ data }) => data.digest === image.digest);
  subject.restored = earlier !== undefined && earlier !== newest;
  if (known) {
    // An older revision wanted again becomes the newest, as Deployments do it. `data` cannot be changed.
    if (!same) await installer.delete(referenceOf(known));
    else {
      await installer.patch(
        referenceOf(known),
        { revision: number, metadata: { annotations: wanted.metadata.annotations } },
        { type: "merge", fieldManager: "app-manager" },
      );
      return number;
    }
  }
  await ignoringExisting(installer.create(wanted, { fieldManager: "app-manager" }));
  return number;
}

async function ignoringExisting(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** Deletes the oldest revisions beyond the limit. @param current hash of the one that is wanted */
export async function trimRevisions(
  { cluster }: World,
  installation: Installation,
  revisions: readonly Revision[],
  current: string,
): Promise<void> {
  const { namespace = "", name } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const limit = installation.spec.revisionHistoryLimit ?? 10;
  const { upgrade } = installation.status ?? {};
  const older = revisions
    .filter(({ metadata }) => metadata.name !== `${name}-${current}`)
    .slice(limit - 1)
    // Until an upgrade is over, it may have to be gone back from.
    .filter(({ data }) => !(isOpen(upgrade) && data.digest === upgrade.from.digest));
  for (const revision of older) {
    const secret = { apiVersion: "v1", kind: "Secret", namespace, name: revision.data.values };
    if (await installer.find(secret)) await installer.delete(secret);
    await installer.delete(referenceOf(revision));
  }
}
