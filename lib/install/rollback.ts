import { type Cluster, isConflict } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseImageReference } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { annotation, type Installation, label } from "../model/resources.ts";
import { equal } from "./compare.ts";
import { type Revision, type RevisionValues, readValues } from "./revisions.ts";

/** Whether `spec.image` names what the revision was made of; a digest in it decides. */
export function isImageOf({ data }: Revision, image: string): boolean {
  return data.image === image || parseImageReference(image)?.digest === data.digest;
}

/** The image of a revision with its digest: the tag may have moved since. */
export function pinnedImage({ data }: Pick<Revision, "data">): string {
  const { org, repo, tag } = parseImageReference(data.image) ?? {};
  return `${org}/${repo}:${tag}@${data.digest}`;
}

/**
 * The revision that "back" means: the one from before an upgrade that did not succeed, else the one before what is
 * wanted now. Undefined: nothing to go back to is kept.
 * @param revisions the newest first
 */
export function revisionBefore(
  { spec, status }: Installation,
  revisions: readonly Revision[],
): Revision | undefined {
  const { phase, from } = status?.upgrade ?? {};
  const before = revisions.find(({ data }) => data.digest === from?.digest);
  if (before && (phase === "Running" || phase === "Failed")) return before;
  const [newest, next] = revisions;
  // What failed before it was recorded has no revision of its own.
  const recorded =
    newest &&
    isImageOf(newest, spec.image) &&
    equal(newest.data.inputs, spec.inputs ?? {}) &&
    equal(newest.data.inputsFrom, spec.inputsFrom ?? []);
  return recorded ? next : newest;
}

/**
 * The values of a revision that is to be restored.
 * @throws ProblemError `not-found` when its Secret is gone, `revision-damaged` when it cannot be read
 */
export async function valuesOfRevision(cluster: Cluster, revision: Revision): Promise<RevisionValues> {
  const { namespace = "" } = revision.metadata;
  const words = { revision: revision.revision, secret: revision.data.values };
  const what = `The values of revision ${words.revision} (Secret ${words.secret})`;
  const way = "so it cannot be restored. Choose another revision.";
  const values = await readValues(cluster, namespace, words.secret).catch((cause: unknown) => {
    if (!(cause instanceof ProblemError)) throw cause;
    const message = `${what} cannot be read, ${way}`;
    throw new ProblemError("revision-damaged", message, {
      ...because("revision-values-damaged", words),
      cause,
    });
  });
  if (values) return values;
  throw new ProblemError("not-found", `${what} are gone, ${way}`, because("revision-values-gone", words));
}

/**
 * Wants a kept revision again: its image by the digest, its inputs, and what came from Secrets put into them again. The
 * manager makes it the newest then, with the values that it had.
 * @param options.recreate objects (`Kind/name`) that may be deleted and made anew for it
 * @throws ProblemError `not-found` or `revision-damaged`, before anything is written; ApiError 409 when the Installation has changed meanwhile
 */
export async function rollBackTo(
  cluster: Cluster,
  installation: Installation,
  revision: Revision,
  { recreate }: { recreate?: readonly string[] | undefined } = {},
): Promise<Installation> {
  const { inputs, inputsFrom } = revision.data;
  const values = await valuesOfRevision(cluster, revision);
  if (inputsFrom.length > 0) await restoreSecret(cluster, installation, revision, values);
  const gone = Object.keys(installation.spec.inputs ?? {}).filter((key) => !Object.hasOwn(inputs, key));
  // Nobody watches Secrets, and nothing else may have changed.
  const annotations = { [annotation.retry]: new Date().toISOString() };
  const spec = {
    image: pinnedImage(revision),
    inputs: { ...inputs, ...Object.fromEntries(gone.map((key) => [key, null])) },
    inputsFrom,
    ...((recreate ?? installation.spec.upgrade?.recreate) ? { upgrade: { recreate: recreate ?? null } } : {}),
  };
  return patchUnchanged(cluster, installation, { metadata: { annotations }, spec });
}

/** Patches the Installation unless its spec has changed; its status changes all the time while something fails. */
async function patchUnchanged(
  cluster: Cluster,
  installation: Installation,
  { metadata, spec }: { metadata: object; spec: object },
): Promise<Installation> {
  const { apiVersion, kind } = installation;
  const { name, namespace = "", generation } = installation.metadata;
  const reference = { apiVersion, kind, namespace, name };
  for (let current = installation; ; ) {
    const { resourceVersion } = current.metadata;
    const patch = { metadata: { ...metadata, resourceVersion }, spec };
    try {
      return await cluster.patch<Installation>(reference, patch, { type: "merge" });
    } catch (error) {
      if (!isConflict(error)) throw error;
      current = await cluster.get<Installation>(reference);
      if (current.metadata.generation !== generation) throw error;
    }
  }
}

/** What the revision had from Secrets goes into the last of them, which counts before the others. */
async function restoreSecret(
  cluster: Cluster,
  { apiVersion, metadata: owner }: Installation,
  { data }: Revision,
  values: RevisionValues,
): Promise<void> {
  const secret = Object.fromEntries(
    Object.entries(values.inputs).filter(([key]) => !Object.hasOwn(data.inputs, key)),
  );
  const name = data.inputsFrom.at(-1)?.secretRef.name ?? "";
  const ref = { apiVersion: "v1", kind: "Secret", namespace: owner.namespace ?? "", name };
  if (await cluster.find<KubernetesObject>(ref)) {
    await cluster.patch(ref, { stringData: secret }, { type: "merge" });
    return;
  }
  const metadata = {
    name,
    namespace: ref.namespace,
    labels: { [label.installation]: owner.name },
    ownerReferences: [{ apiVersion, kind: "Installation", name: owner.name, uid: owner.uid ?? "" }],
  };
  await cluster.create({ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: secret });
}
