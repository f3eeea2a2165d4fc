import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyObject, ApiError, Cluster } from "../../lib/cluster/index.ts";
import { installDefinitions, readDefinitions } from "../../lib/manager/definitions.ts";
import { migrateStoredVersions } from "../../lib/manager/stored-versions.ts";
import { type RunningCluster, startCluster } from "../../tools/cluster/index.ts";

let control: RunningCluster;
let cluster: Cluster;
beforeAll(async () => {
  control = await startCluster({ nodes: "none" });
  cluster = Cluster.fromKubeconfig(control.kubeconfig);
});
afterAll(() => control?.stop());

const NAME = "desktops.hub.sealos.io";
const CRD = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: NAME };

type Versioned = AnyObject & {
  spec: { versions: Record<string, unknown>[] };
  status: { storedVersions: string[] };
};

async function definition(): Promise<Versioned> {
  const all = await readDefinitions(`${import.meta.dirname}/../crds`);
  return structuredClone(all.find(({ metadata }) => metadata.name === NAME)) as Versioned;
}

/** Today's kind as a release long ago might have had it: one version by another name. */
async function former(): Promise<Versioned> {
  const crd = await definition();
  const [today] = crd.spec.versions;
  crd.metadata.annotations = { "hub.sealos.io/schema-version": "0" };
  crd.spec.versions = [{ ...structuredClone(today), name: "v1alpha0" }];
  return crd;
}

/** Today's kind in a release that still reads the former version. */
async function between(): Promise<Versioned> {
  const crd = await definition();
  const [today] = crd.spec.versions;
  crd.spec.versions = [
    structuredClone(today ?? {}),
    { ...structuredClone(today), name: "v1alpha0", storage: false },
  ];
  return crd;
}

/** Resolves once `look` gives something; it is asked again and again, since discovery cannot be watched. */
async function asked<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error("it did not come in 30 s");
}

const served = (version: string) =>
  asked(() =>
    cluster.request("GET", `/apis/hub.sealos.io/${version}/desktops`).catch((error: unknown) => {
      if (error instanceof ApiError) return undefined;
      throw error;
    }),
  );

test("objects of an older version are written anew, so that the version can be dropped", async () => {
  await cluster.apply(await former(), { fieldManager: "app-manager" });
  await served("v1alpha0");
  for (const namespace of ["ns-a", "ns-b"]) {
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await cluster.request("POST", `/apis/hub.sealos.io/v1alpha0/namespaces/${namespace}/desktops`, {
      body: {
        apiVersion: "hub.sealos.io/v1alpha0",
        kind: "Desktop",
        metadata: { name: "default" },
        spec: { locale: "zh" },
      },
    });
  }

  await installDefinitions(cluster, [(await between()) as never]);
  await served("v1alpha1");
  const stored = await asked(async () => {
    const { status } = await cluster.get<Versioned>(CRD);
    return status.storedVersions.length > 1 ? status.storedVersions : undefined;
  });
  expect(stored).toEqual(["v1alpha0", "v1alpha1"]);
  // Dropping it now is what the API server refuses.
  const today = await definition();
  await expect(cluster.apply(today, { fieldManager: "app-manager" })).rejects.toThrow(
    /storedVersions.*v1alpha0/,
  );

  expect(await migrateStoredVersions(cluster, NAME)).toBe(2);
  expect(await migrateStoredVersions(cluster, NAME)).toBe(0);

  await cluster.apply(today, { fieldManager: "app-manager" });
  await served("v1alpha1");
  const { items } = (await cluster.request("GET", "/apis/hub.sealos.io/v1alpha1/desktops")) as {
    items: { metadata: { namespace: string }; spec: { locale: string } }[];
  };
  expect(items.map(({ metadata, spec }) => [metadata.namespace, spec.locale])).toEqual([
    ["ns-a", "zh"],
    ["ns-b", "zh"],
  ]);
});
