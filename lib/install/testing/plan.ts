import type { Cluster } from "../../cluster/index.ts";
import { readImage } from "../../images/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { label } from "../../model/resources.ts";
import { Offers } from "../offers.ts";
import type { PlanRequest, PlanSources } from "../plan.ts";
import type { ImageSource } from "../resolve.ts";
import { fileTypes } from "./file-types.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const header = (name: string, more = "") => `
apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: ${name} }
spec:
  title: ${name}
  description: For a test.
  version: 1.0.0
${more}`;

const APP = readImage(
  new Map([
    ["app.yaml", encode(header("web", "  inputs:\n    size: { type: string, required: true }\n"))],
    [
      "manifests/app.yaml",
      encode(`
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { size: "\${{ inputs.size }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "docker.io/library/nginx:1.27", resources: { requests: { cpu: 500m } } }
`),
    ],
  ]),
);
const NEEDY = readImage(
  new Map([
    ["app.yaml", encode(header("needy"))],
    ["manifests/app.yaml", encode("apiVersion: db.example.com/v1\nkind: Store\nmetadata: { name: store }\n")],
  ]),
);
const PROVIDER = readImage(
  new Map([
    [
      "app.yaml",
      encode(
        header(
          "store-provider",
          `  mode: provider
  provider:
    operator: { namespace: store }
    instances:
      - apiVersion: db.example.com/v1
        kind: Store
        plural: stores
        title: Store
        template: "kind: Store"
        form: { type: object, properties: {} }
        columns: []
        status: { workloads: ignored }
        workloads: { kinds: [], selector: {} }
`,
        ),
      ),
    ],
    ["manifests/ns.yaml", encode("apiVersion: v1\nkind: Namespace\nmetadata: { name: store }\n")],
  ]),
);

const SCRIPTED = readImage(
  new Map([
    ["run.sh", encode("helm upgrade -i a ./a\n")],
    ["README.md", encode("# Scripted\n")],
  ]),
  { Entrypoint: ["bash", "run.sh"] },
);

const STORED = {
  "labring/scripted:1.0.0": SCRIPTED,
  "labring/web:1.0.0": APP,
  "labring/needy:1.0.0": NEEDY,
  "labring/store:1.0.0": PROVIDER,
};

/** A content store that holds some of the images; a digest is its reference. */
export function imagesOf(...references: (keyof typeof STORED)[]): ImageSource {
  const has = (reference: string) => references.find((each) => each === reference);
  return {
    resolve: async (reference) => has(reference),
    holds: async (_repository, digest) => has(digest) !== undefined,
    read: async (digest) => {
      const content = STORED[has(digest) ?? "labring/web:1.0.0"];
      return { content, size: 1, createdAt: "2026-01-01T00:00:00Z" };
    },
    list: async () => references.map((reference) => ({ reference, digest: reference })),
  };
}

interface Fake {
  cluster: Cluster;
  /** Everything that was applied, and whether only as a trial. */
  applied: { kind: string; dryRun: boolean }[];
}

/** A cluster that holds some objects and takes every trial but those that `refuse` throws for. */
export function clusterWith(
  objects: KubernetesObject[],
  refuse: (object: KubernetesObject) => void = () => undefined,
): Fake {
  const applied: Fake["applied"] = [];
  const types = fileTypes();
  const fake = {
    find: async ({ kind, name }: { kind: string; name: string }) =>
      objects.find((each) => each.kind === kind && each.metadata.name === name),
    list: async ({ kind }: { kind: string }) => ({
      items: objects.filter((each) => each.kind === kind),
      resourceVersion: "1",
    }),
    apply: async (object: KubernetesObject, { dryRun }: { dryRun?: boolean }) => {
      applied.push({ kind: object.kind, dryRun: dryRun === true });
      refuse(object);
      const there = await fake.find({ kind: object.kind, name: object.metadata.name });
      // Only what is stored has a resource version, in the answer to a trial as well.
      return there ? { ...object, metadata: { ...object.metadata, resourceVersion: "1" } } : object;
    },
    discovery: { find: types.find, refresh: async () => undefined },
    openapi: { schema: types.schema },
  };
  // Planning uses no more of a cluster than this; anything else would throw.
  return { cluster: fake as unknown as Cluster, applied };
}

/** What planning asks, with nothing in the way. */
export function sources(cluster: Cluster, images: ImageSource, more: Partial<PlanSources> = {}): PlanSources {
  return {
    cluster,
    images,
    offers: new Offers(
      images,
      () => true,
      () => true,
    ),
    isTrusted: () => true,
    provider: () => undefined,
    defaults: {},
    objection: () => undefined,
    unsigned: async () => undefined,
    cloud: { domain: "apps.example.com", port: "", scheme: "https", certSecretName: "cert" },
    consoleHosts: ["cloud.example.com"],
    hostsInUse: new Map(),
    tenantRules: [],
    ...more,
  };
}

export const request = (
  image = "labring/web:1.0.0",
  inputs: Record<string, string> = { size: "small" },
): PlanRequest => ({
  namespace: "ns-a",
  image,
  inputs,
});
/** Labels of what belongs to the installation `web`. */
export const ours = { [label.installation]: "web" };
/** A quota of so many pods, of which one is there. */
export const quota = (pods: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "quota", namespace: "ns-a" },
  spec: { hard: { pods } },
  status: { used: { pods: "1" } },
});
