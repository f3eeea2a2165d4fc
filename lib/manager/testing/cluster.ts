import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { bootstrap } from "../../../scripts/start/bootstrap.ts";
import type { Cluster } from "../../cluster/index.ts";
import { type ContentStore, type Files, readFolder, readImage } from "../../images/index.ts";
import type { Cloud } from "../../install/entry.ts";
import { grantObjects } from "../../install/grant.ts";
import { imageGrant } from "../../install/image-grant.ts";
import { provisionTenant } from "../../install/provision.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { API_VERSION, type Installation } from "../../model/resources.ts";
import { installDefinitions, readDefinitions } from "../definitions.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export const cloud: Cloud = {
  domain: "apps.example.com",
  port: "",
  scheme: "https",
  certSecretName: "wildcard-cert",
};

export const quiet = pino({ level: process.env.LOG_LEVEL || "silent" });

/** Makes a bare cluster ready for the manager, as an administrator would: kinds, accounts, rights, policies, grants. */
export async function prepareCluster(cluster: Cluster): Promise<void> {
  await installDefinitions(cluster, await readDefinitions(join(root, "deploy/crds")));
  await bootstrap(cluster);
}

/** Allows a provider or shared image of the test's own, as an administrator would. */
export async function allow(
  cluster: Cluster,
  reference: string,
  files: Files,
  cloudOf: Cloud = cloud,
): Promise<KubernetesObject[]> {
  const [org = "", repo = ""] = (reference.split(":")[0] ?? "").split("/");
  const image = { repo, content: readImage(files) };
  const { grant } = await imageGrant(cluster, `${org}.${repo}`, image, { cloud: cloudOf });
  const applied = grantObjects(grant, { version: image.content.version });
  for (const object of applied)
    if (await cluster.discovery.find(object.apiVersion, object.kind))
      await cluster.apply(object, { fieldManager: "administrator", force: true });
  return applied;
}

/** A tenant's namespace with its accounts, quota and rights. */
export function makeTenant(cluster: Cluster, uid: string, quota?: Record<string, string>): Promise<string> {
  return provisionTenant(cluster, { uid, subject: `test/${uid}` }, quota ? { quota } : {});
}

/** One of the images that ship with the Hub. */
export function shipped(path: string): Promise<Files> {
  return readFolder(join(root, path));
}

/** An application image of a few lines: its manifests as YAML text. */
export function application(name: string, manifests: string, header = ""): Files {
  const indented = header
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
  const app = `apiVersion: app.sealos.io/v1\nkind: Template\nmetadata:\n  name: ${name}\nspec:\n  title: ${name}\n  description: A test.\n  version: 1.0.0\n${indented}\n`;
  return new Map([
    ["app.yaml", new TextEncoder().encode(app)],
    ["manifests/app.yaml", new TextEncoder().encode(manifests)],
  ]);
}

export async function putImage(images: ContentStore, reference: string, files: Files): Promise<void> {
  await images.put(reference, files, { createdAt: "2026-01-01T00:00:00.000Z" });
}

/** Asks for an installation, as the page or kubectl would. */
export function install(
  cluster: Cluster,
  namespace: string,
  image: string,
  spec: Partial<Installation["spec"]> = {},
  name = image.split("/")[1]?.split(":")[0] ?? "app",
): Promise<Installation> {
  return cluster.create<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: { name, namespace },
    spec: { image, ...spec },
  });
}

/**
 * Waits, by watching, until the object is as wanted (undefined: deleted).
 * @throws Error with its last state when that takes too long
 */
export async function until<T extends KubernetesObject>(
  cluster: Cluster,
  reference: { apiVersion: string; kind: string; name: string; namespace?: string },
  holds: (object: T | undefined) => boolean,
  timeoutMs = 60_000,
): Promise<T | undefined> {
  const { name, ...type } = reference;
  const deadline = AbortSignal.timeout(timeoutMs);
  let last: T | undefined;
  while (!deadline.aborted) {
    const selected = { ...type, fieldSelector: `metadata.name=${name}` };
    const { items, resourceVersion } = await cluster.list<T>(selected);
    last = items[0];
    if (holds(last)) return last;
    try {
      for await (const event of cluster.watch<T>({ ...selected, resourceVersion }, deadline)) {
        if (event.type === "ERROR") break;
        if (event.type === "BOOKMARK") continue;
        last = event.type === "DELETED" ? undefined : event.object;
        if (holds(last)) return last;
      }
    } catch (error) {
      if (!deadline.aborted) throw error;
    }
  }
  throw new Error(
    `${reference.kind} ${name} is not as wanted: ${JSON.stringify(last?.status ?? last, null, 1)}`,
  );
}

/** Waits until an Installation has the phase. */
export async function untilPhase(
  cluster: Cluster,
  namespace: string,
  name: string,
  phase: NonNullable<Installation["status"]>["phase"],
  timeoutMs?: number,
): Promise<Installation> {
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
  const found = await until<Installation>(
    cluster,
    reference,
    (each) => each?.status?.phase === phase,
    timeoutMs,
  );
  return found as Installation;
}

/** What an Installation has applied, without what the API server and the controllers keep for themselves. */
export async function appliedObjects(cluster: Cluster, namespace: string, name: string): Promise<unknown[]> {
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
  const { status } = await cluster.get<Installation>(reference);
  const objects = await Promise.all(
    (status?.inventory ?? []).map((each) => cluster.get<KubernetesObject>(each)),
  );
  return objects.map(({ status: _, metadata, ...rest }) => {
    const { resourceVersion: __, managedFields: ___, generation: ____, annotations = {}, ...kept } = metadata;
    const { "deployment.kubernetes.io/revision": _____, ...said } = annotations;
    const object = { ...rest, metadata: { ...kept, annotations: said } };
    // A Job is a run: it cannot be changed, so another one has taken its place.
    return metadata.uid && rest.kind === "Job" ? withoutIdentity(object, metadata.uid) : object;
  });
}

function withoutIdentity(job: KubernetesObject, uid: string): unknown {
  const { creationTimestamp: _, ...metadata } = job.metadata;
  return JSON.parse(JSON.stringify({ ...job, metadata }).replaceAll(uid, "uid"));
}
