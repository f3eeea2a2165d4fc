import { stringify } from "yaml";
import { type ContentStore, type Files, readFolder } from "../../lib/images/index.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";

/** One small application's worth: ten objects of ten kinds, no two alike in what the API server does for them. */
function tenObjects(name: string, namespace: string | undefined, replicas: number): KubernetesObject[] {
  const metadata = (labels?: Record<string, string>) => ({
    name,
    ...(namespace ? { namespace } : {}),
    ...(labels ? { labels } : {}),
  });
  const app = { app: name };
  const rbac = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata(), automountServiceAccountToken: false },
    {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: metadata(),
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: metadata(),
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, ...(namespace ? { namespace } : {}) }],
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(app),
      type: "Opaque",
      data: { password: Buffer.from("0123456789abcdef").toString("base64") },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(app),
      data: { "app.conf": "listen 8080\nlog info\n".repeat(20) },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...metadata(app), name: `${name}-pages` },
      data: { "index.html": "<h1>It works</h1>" },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(app),
      spec: { maxUnavailable: 1, selector: { matchLabels: app } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata(app),
      spec: { selector: app, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(app),
      spec: {
        replicas,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: app },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                name: "web",
                image: "docker.io/library/nginx:1.27",
                ports: [{ name: "http", containerPort: 8080 }],
                env: [
                  { name: "PASSWORD", valueFrom: { secretKeyRef: { name, key: "password" } } },
                  { name: "LEVEL", value: "info" },
                ],
                resources: {
                  requests: { cpu: "10m", memory: "16Mi" },
                  limits: { cpu: "100m", memory: "64Mi" },
                },
                volumeMounts: [{ name: "pages", mountPath: "/pages" }],
              },
            ],
            volumes: [{ name: "pages", configMap: { name: `${name}-pages` } }],
          },
        },
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: metadata(app),
      spec: {
        rules: [
          {
            host: `${name}-${namespace ?? "ns"}.apps.example.com`,
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name, port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    },
  ];
}

/** The objects of an application of `tens` times ten objects, as they are once they are rendered. */
export function objectsOf(
  name: string,
  namespace: string,
  tens: number,
  replicas: number,
): KubernetesObject[] {
  return Array.from({ length: tens }, (_, index) =>
    tenObjects(tens === 1 ? name : `${name}-${index}`, namespace, replicas),
  ).flat();
}

/** The same as a cluster image: names and hosts come from the installation's inputs. */
export function image(title: string, tens: number, replicas: number): Files {
  const manifests = Array.from({ length: tens }, (_, index) => {
    const name = `\${{ inputs.name }}${tens === 1 ? "" : `-${index}`}`;
    return tenObjects("THE-APP", "THE-PLACE", replicas)
      .map((object) => stringify(object, { aliasDuplicateObjects: false }))
      .join("---\n")
      .replaceAll("THE-PLACE", "${{ SEALOS_NAMESPACE }}")
      .replaceAll("THE-APP", name);
  }).join("---\n");
  const app = [
    "apiVersion: app.sealos.io/v1",
    "kind: Template",
    `metadata: { name: ${title} }`,
    `spec: { title: ${title}, description: "Objects to measure with.", version: 1.0.0, inputs: { name: { type: string, required: true } } }`,
    "",
  ].join("\n");
  const text = new TextEncoder();
  return new Map([
    ["app.yaml", text.encode(app)],
    ["manifests/app.yaml", text.encode(manifests)],
  ]);
}

export const SMALL = "labring/bench-small:1.0.0";
export const LARGE = "labring/bench-large:1.0.0";

/** Puts the images of this measurement, and those folders, into the content store. */
export async function publish(
  store: ContentStore,
  replicas: number,
  folders: readonly { reference: string; path: string }[] = [],
): Promise<void> {
  const createdAt = "2026-01-01T00:00:00.000Z";
  await store.put(SMALL, image("small", 1, replicas), { createdAt });
  await store.put(LARGE, image("large", 5, replicas), { createdAt });
  for (const { reference, path } of folders)
    await store.put(reference, await readFolder(path), { createdAt });
}
