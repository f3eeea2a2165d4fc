import { expect, test } from "vitest";
import { readImage } from "../images/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { type Grant, grantObjects, grantOf } from "./grant.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const content = readImage(
  new Map([
    [
      "app.yaml",
      encode(`apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: gadget }
spec:
  title: Gadget
  description: For a test.
  version: 1.0.0
  mode: provider
  provider:
    operator: { namespace: gadget }
    instances: []
`),
    ],
    [
      "manifests/a.yaml",
      encode("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: gadget }\n"),
    ],
  ]),
);

const PLURALS: Record<string, string> = { NetworkPolicy: "networkpolicies", Gadget: "gadgets" };
const object = (
  apiVersion: string,
  kind: string,
  more: object = {},
  namespace = "gadget",
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "gadget", ...(namespace ? { namespace } : {}) },
  ...more,
});
const template = { spec: { template: { spec: { containers: [{ name: "x", image: "x" }] } } } };
const binding = object(
  "rbac.authorization.k8s.io/v1",
  "ClusterRoleBinding",
  {
    roleRef: { kind: "ClusterRole", name: "gadget" },
    subjects: [{ kind: "ServiceAccount", name: "gadget", namespace: "gadget" }],
  },
  "",
);

function grant(...objects: KubernetesObject[]): Promise<Grant> {
  return grantOf({
    name: "labring.gadget",
    image: { repo: "gadget", content },
    objects,
    resourceOf: async ({ apiVersion, kind }) => ({
      group: apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "",
      plural: PLURALS[kind] ?? `${kind.toLowerCase()}s`,
      namespaced: !/^(Cluster|Custom|Validating)/.test(kind),
    }),
  });
}
const ruled = ({ ruling }: Grant) => ruling.map(({ kind }) => kind);

test("plain objects are the manager's, by name, and nothing else of their kind", async () => {
  const { rules, clusterRules } = await grant(object("v1", "ConfigMap"), object("v1", "Service"));
  expect(clusterRules).toEqual([]);
  expect(rules).toEqual([
    {
      namespace: "gadget",
      rules: ["configmaps", "services"].map((resource) => ({
        apiGroups: [""],
        resources: [resource],
        resourceNames: ["gadget"],
        verbs: ["get", "create", "patch", "delete"],
      })),
    },
  ]);
});

test("no right of a grant is without a name, but to follow kinds and to read pods' logs", async () => {
  const made = await grant(
    object("v1", "ConfigMap"),
    object("apps/v1", "Deployment", template),
    object("example.com/v1", "Gadget"),
    binding,
  );
  const unnamed = [...made.clusterRules, ...made.rules.flatMap(({ rules }) => rules)].filter(
    ({ resourceNames }) => resourceNames === undefined,
  );
  expect(unnamed.map(({ resources, verbs }) => [resources?.[0], ...verbs])).toEqual([
    ["gadgets", "list", "watch"],
    ["pods/log", "get"],
  ]);
  expect(JSON.stringify(grantObjects(made))).not.toContain('"*"');
});

test("rights, webhooks and converted definitions are the administrator's, and the manager may only look", async () => {
  const webhook = object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {}, "");
  const converted = object(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { spec: { conversion: { strategy: "Webhook" } } },
    "",
  );
  const made = await grant(binding, webhook, converted);
  expect(ruled(made)).toEqual(["Namespace", "ClusterRoleBinding", webhook.kind, converted.kind]);
  expect(made.clusterRules.filter(({ verbs }) => verbs.join() !== "get" && verbs.join() !== "list")).toEqual(
    [],
  );
});

test("pods that have rights are pinned, or the administrator's where they cannot be", async () => {
  const deployment = object("apps/v1", "Deployment", template);
  const job = object("batch/v1", "Job", template);
  expect((await grant(deployment, job)).pins).toEqual([]);
  const made = await grant(deployment, job, binding);
  expect(made.pins.map(({ kind }) => kind)).toEqual(["PodTemplate", "ValidatingAdmissionPolicyBinding"]);
  expect(made.pins[0]).toMatchObject({ template: { spec: template.spec.template.spec } });
  expect(ruled(made)).toContain("Job");
});

test("a volume with people's data is not the manager's to delete", async () => {
  const { rules } = await grant(object("v1", "PersistentVolumeClaim"));
  expect(rules[0]?.rules[0]?.verbs).toEqual(["get", "create", "patch"]);
});

test("the namespace holds pods to the baseline, unless the image's own need more of their node", async () => {
  const level = (made: Grant) =>
    made.ruling[0]?.metadata.labels?.["pod-security.kubernetes.io/enforce"] ?? "not enforced";
  expect(level(await grant(object("apps/v1", "Deployment", template)))).toBe("baseline");
  const host = { spec: { template: { spec: { hostNetwork: true, containers: [] } } } };
  expect(level(await grant(object("apps/v1", "DaemonSet", host)))).toBe("not enforced");
});

test.each(["kube-system", "default", "sealos-system", "ns-alice"])(
  "an image that reaches into %s cannot be granted",
  async (namespace) => {
    await expect(grant(object("v1", "ConfigMap", {}, namespace))).rejects.toMatchObject({
      reason: "grant-namespace",
      params: { namespace },
    });
  },
);
