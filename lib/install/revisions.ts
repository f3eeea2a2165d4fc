import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { annotation, type Installation, label } from "../model/resources.ts";
import type { ChartDocument } from "./chart/drawn.ts";
import { textAt } from "./paths.ts";
import type { RenderContext } from "./render-types.ts";
import { specWriterOf } from "./writers.ts";

/** What a revision is made of; with the image's digest, its objects can be rendered again byte for byte. */
export interface RevisionValues {
  /** As given: `spec.inputs` and the Secrets of `spec.inputsFrom`. */
  inputs: Record<string, string>;
  drawn: Record<string, string>;
  context: RenderContext;
  /** What Helm rendered the image's chart to: charts draw at random, and differ by Helm's and the cluster's version. */
  chart?: ChartDocument[];
}

/** Bytes, compressed: a Secret holds 1 MiB. */
const MOST_CHART = 768 * 1024;
const MOST_DOCUMENTS = 4 * 1024 ** 2;

/** `apps/v1 ControllerRevision` of an installation. */
export interface Revision extends KubernetesObject {
  revision: number;
  data: {
    image: string;
    digest: string;
    inputs: Record<string, string>;
    inputsFrom: { secretRef: { name: string } }[];
    /** Name of the Secret with this revision's values. */
    values: string;
  };
}

/** Type of the Secrets that hold a revision's values. */
export const VALUES = "hub.sealos.io/values";
const texts = z.record(z.string(), z.string());
const record = z.object({
  image: z.string(),
  digest: z.string(),
  inputs: texts,
  inputsFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })),
  values: z.string(),
});
const REVISION_TYPE = { apiVersion: "apps/v1", kind: "ControllerRevision" };

/** All revisions of an installation, the newest first. A record that is none is left out: it cannot be gone back to. */
export async function revisionsOf(cluster: Cluster, namespace: string, name: string): Promise<Revision[]> {
  const labelSelector = `${label.installation}=${name}`;
  const { items } = await cluster.list<Revision>({ ...REVISION_TYPE, namespace, labelSelector });
  return items.filter(({ data }) => record.safeParse(data).success).sort((a, b) => b.revision - a.revision);
}

/** The values in a revision's Secret; undefined when it is gone. @throws ProblemError `revision-damaged` */
export async function readValues(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<RevisionValues | undefined> {
  const secret = await cluster.find<KubernetesObject>({ apiVersion: "v1", kind: "Secret", namespace, name });
  return secret && valuesIn(secret);
}

/** Secrets with values of any revision, those of earlier lives of the app among them. */
export async function storedValues(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<KubernetesObject[]> {
  const { items } = await cluster.list<KubernetesObject>({
    apiVersion: "v1",
    kind: "Secret",
    namespace,
    labelSelector: `${label.installation}=${name}`,
    fieldSelector: `type=${VALUES}`,
  });
  return items;
}

/** Of such Secrets those that belong to the same app, the newest first. */
export function storedFor(
  { metadata, spec }: Pick<Installation, "metadata" | "spec">,
  secrets: readonly KubernetesObject[],
): KubernetesObject[] {
  const repository = spec.image.split(/[:@]/)[0];
  return secrets
    .filter(
      (secret) =>
        secret.type === VALUES &&
        secret.metadata.labels?.[label.installation] === metadata.name &&
        secret.metadata.annotations?.[REPOSITORY] === repository,
    )
    .sort((a, b) => (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""));
}

/**
 * Reads the values out of a Secret that `valuesSecret` made.
 * @throws ProblemError `revision-damaged` when that cannot be done: nothing is drawn in their place unasked, since a
 * database keeps the password that it has
 */
export function valuesIn(secret: KubernetesObject): RevisionValues {
  const part = (key: string): unknown =>
    JSON.parse(Buffer.from(textAt(secret, `data["${key}"]`) ?? "", "base64").toString("utf8"));
  try {
    const chart = textAt(secret, "data.chart");
    return {
      ...(chart === undefined ? {} : { chart: unpacked(chart) }),
      inputs: texts.parse(part("inputs")),
      drawn: texts.parse(part("drawn")),
      context: texts.parse(part("context")) as unknown as RenderContext,
    };
  } catch (cause) {
    const { name } = secret.metadata;
    throw new ProblemError(
      "revision-damaged",
      `The values kept in the Secret ${name} cannot be read. Go back to an earlier revision, or delete that Secret: its values are then made anew, and passwords that no other revision keeps change.`,
      { ...because("values-damaged", { secret: name }), cause },
    );
  }
}

/** The Secret that keeps a revision's values. Immutable: a revision never changes. */
export function valuesSecret(
  installation: Installation,
  hash: string,
  values: RevisionValues,
): KubernetesObject {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: valuesName(installation.metadata.name, hash),
      namespace: installation.metadata.namespace ?? "",
      labels: { [label.managedBy]: "app-manager", [label.installation]: installation.metadata.name },
      annotations: { [REPOSITORY]: installation.spec.image.split(/[:@]/)[0] ?? "" },
    },
    type: VALUES,
    immutable: true,
    data: {
      inputs: encode(values.inputs),
      drawn: encode(values.drawn),
      context: encode(values.context),
      ...(values.chart ? { chart: packed(values.chart) } : {}),
    },
  };
}

function packed(chart: readonly ChartDocument[]): string {
  const bytes = gzipSync(JSON.stringify(chart));
  if (bytes.byteLength <= MOST_CHART) return bytes.toString("base64");
  const limit = MOST_CHART / 1024;
  throw new ProblemError(
    "image-invalid",
    `The chart renders to more than ${limit} KiB, compressed, which is what a revision can keep.`,
    because("chart-large", { limit }),
  );
}

function unpacked(text: string): ChartDocument[] {
  // The Secret is the tenant's to forge, so it may unfold only so far.
  const bytes = gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: 2 * MOST_DOCUMENTS });
  return z.array(z.unknown()).parse(JSON.parse(bytes.toString("utf8"))) as ChartDocument[];
}

/** On a values Secret: the repository (`org/repo`) it belongs to, so that kept values meet the same app again. */
export const REPOSITORY = "hub.sealos.io/repository";

/** Of the Secret that holds the drawn values of a revision. */
export function valuesName(installation: string, hash: string): string {
  return `${installation}.values.${hash}`;
}

/** The ControllerRevision that records what was wanted. */
export function revisionObject(
  installation: Installation,
  hash: string,
  revision: number,
  digest: string,
): Revision {
  const { name, namespace = "", uid = "" } = installation.metadata;
  const { image, inputs = {}, inputsFrom = [] } = installation.spec;
  const door = specWriterOf(installation)?.manager;
  return {
    ...REVISION_TYPE,
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { [label.managedBy]: "app-manager", [label.installation]: name },
      annotations: {
        [annotation.wantedAt]: new Date().toISOString(),
        ...(door ? { [annotation.door]: door } : {}),
      },
      ownerReferences: [{ apiVersion: installation.apiVersion, kind: "Installation", name, uid }],
    },
    revision,
    data: { image, digest, inputs, inputsFrom, values: valuesName(name, hash) },
  };
}

/**
 * Names a revision by what makes it: digest, inputs, and the state of the Secrets that inputs come from. Those enter
 * with their resource version and not with their contents, so that the name tells nothing about a password.
 */
export function revisionHash(
  digest: string,
  inputs: Readonly<Record<string, string>>,
  secrets: readonly { name: string; uid: string; resourceVersion: string }[],
): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([
    digest,
    sorted,
    secrets.map(({ name, uid, resourceVersion }) => [name, uid, resourceVersion]),
  ]);
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}
