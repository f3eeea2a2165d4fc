import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  chart,
  type Manifest,
  NAMESPACE,
  nameOf,
  openWorkbench,
  parse,
  type Workbench,
} from "./testing/tools.ts";

let bench: Workbench;
let directory: string;
let providers: string[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub-chart-test-"));
  bench = await openWorkbench();
  providers = (await readdir(join(chart, "files", "grants"))).map((file) => basename(file, ".yaml"));
});
afterAll(async () => {
  await bench?.stop();
  await rm(directory, { recursive: true, force: true });
});
const everything = () => [
  "-f",
  join(chart, "testing", "values.yaml"),
  "--set",
  "monitoring.serviceMonitor.enabled=true,monitoring.prometheusRule.enabled=true",
  "--set",
  `providers.granted={${providers.join(",")}}`,
];
const VALUES: Record<string, () => string[]> = {
  "its defaults": () => [],
  "next to nothing": () => [
    "--set",
    "networkPolicy.enabled=false,policies.tenants=false,web.replicas=1,manager.replicas=1",
  ],
  "GitHub sign-in": () => [
    "--set",
    "signIn.github.clientId=console,signIn.github.existingSecret=console-github",
  ],
  "OpenID Connect": () => [
    "--set",
    "url=https://console.example.com,signIn.oidc.issuer=https://login.example.com",
    "--set",
    "signIn.oidc.clientId=console,signIn.oidc.existingSecret=console-oidc",
  ],
  everything,
};

test("lint finds nothing to object to", async () => {
  for (const values of Object.values(VALUES)) await bench.helm("lint", "--strict", chart, ...values());
});

test.for(Object.keys(VALUES))(
  "with %s, what is rendered goes through server-side apply, twice",
  async (name) => {
    await bench.makeNamespace();
    await serveMonitoring();
    const { text, objects } = await bench.template(VALUES[name]?.() ?? []);
    await bench.apply(text);
    const again = await bench.apply(text);
    expect(again.trim().split("\n")).toHaveLength(objects.length);
  },
);

test("an account gets no wildcard and nobody becomes cluster administrator", async () => {
  const { objects } = await bench.template(everything());
  const roles = objects.filter(({ kind }) => kind === "Role" || kind === "ClusterRole");
  expect(roles.length).toBeGreaterThan(10);
  for (const { metadata, rules } of roles)
    for (const rule of (rules ?? []) as Record<string, string[]>[]) {
      for (const field of ["apiGroups", "resources", "verbs"])
        expect(rule[field] ?? [], `${metadata.name}: ${field}`).not.toContain("*");
    }
  for (const { roleRef, kind, metadata } of objects)
    if (kind.endsWith("RoleBinding"))
      expect((roleRef as { name: string }).name, metadata.name).not.toMatch(/^(cluster-admin|admin|system:)/);
});

test("the pods are admitted where the restricted Pod Security level is enforced", async () => {
  await bench.makeNamespace();
  const { objects } = await bench.template(everything());
  const accounts = (await bench.template([])).objects.filter(({ kind }) => kind === "ServiceAccount");
  for (const account of accounts) await bench.cluster.apply(account, { fieldManager: "test", force: true });
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  expect(deployments).toHaveLength(2);
  for (const { metadata, spec } of deployments) {
    const { template } = spec as { template: Manifest };
    const pod = { ...template, apiVersion: "v1", kind: "Pod" };
    pod.metadata = { ...template.metadata, name: metadata.name, namespace: NAMESPACE };
    await bench.cluster.create(pod, { dryRun: true });
    // Were it not for the security context, the same pod would be refused: the level is really enforced.
    const careless = structuredClone(pod) as unknown as {
      spec: { securityContext?: object; containers: object[] };
    };
    careless.spec.securityContext = {};
    await expect(bench.cluster.create(careless as unknown as Manifest, { dryRun: true })).rejects.toThrow(
      /violates PodSecurity "restricted/,
    );
  }
});

test.for([
  ["url=console.example.com", /at '\/url'.*does not match pattern/],
  ["web.replicas=0", /at '\/web\/replicas': minimum: got 0, want 1/],
  ["web.replica=3", /at '\/web': additional properties 'replica' not allowed/],
  ["image.digest=sha256:abc", /at '\/image\/digest'/],
  ["signIn.oidc.issuer=https://login.example.com", /at '\/signIn\/oidc\/clientId'/],
  ["logLevel=loud", /at '\/logLevel': value must be one of/],
  ["web.autoscaling.enabled=true,web.autoscaling.minReplicas=9", /minReplicas is more than maxReplicas/],
  ["ingress.enabled=true", /set url to the console's public address first/],
  ["providers.granted={nobody.knows}", /there is no provider "nobody.knows". Known are: .*labring\.postgres/],
] as const)("%s is refused with a sentence that names it", async ([value, sentence]) => {
  await expect(bench.template(["--set", value])).rejects.toThrow(sentence);
});

test("the console's host is the Ingress's, with TLS and unbuffered streams, and no tenant may take it", async () => {
  const { objects } = await bench.template(everything());
  const find = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name) as
      | (Manifest & { data?: object; spec?: Record<string, unknown> })
      | undefined;
  const ingress = find("Ingress", "hub-web");
  expect(ingress?.spec).toMatchObject({
    ingressClassName: "nginx",
    rules: [{ host: "console.example.com" }],
    tls: [{ hosts: ["console.example.com"], secretName: "console-tls" }],
  });
  expect((ingress?.metadata as { annotations?: object } | undefined)?.annotations).toMatchObject({
    "cert-manager.io/cluster-issuer": "letsencrypt",
    "nginx.ingress.kubernetes.io/proxy-buffering": "off",
  });
  expect(find("ConfigMap", "hub-policy")?.data).toEqual({ consoleHosts: "console.example.com" });
});

test("from outside, the manager is asked for its numbers only, and the web server for pages by the ingress controller", async () => {
  const { objects } = await bench.template(everything());
  const ports = objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map(({ metadata, spec }) => {
      const { ingress, policyTypes } = spec as {
        ingress: { ports: { port: string }[] }[];
        policyTypes: string[];
      };
      expect(policyTypes).toEqual(["Ingress", "Egress"]);
      return [metadata.name, ingress.flatMap((rule) => rule.ports.map(({ port }) => port))];
    });
  expect(Object.fromEntries(ports)).toEqual({ "hub-web": ["http", "metrics"], "hub-manager": ["metrics"] });
});

test("in another namespace nothing names the usual one", async () => {
  await bench.makeNamespace("hub-elsewhere");
  const { text, objects } = await bench.template(
    [
      ...everything(),
      "--set",
      "monitoring.serviceMonitor.enabled=false,monitoring.prometheusRule.enabled=false",
    ],
    "hub-elsewhere",
  );
  expect(JSON.stringify(objects)).not.toContain(NAMESPACE);
  await bench.apply(text);
});

const previous = "0.1.0";
const old = (file: string) => readFile(join(chart, "testing", previous, file), "utf8");
/** What a former version had and this one has not, on purpose. */
const RETIRED: string[] = [];

test("applied over the previous version it changes nothing that cannot be changed, and leaves nothing behind", async () => {
  await bench.makeNamespace();
  await bench.apply(await old("manifest.yaml"));
  await bench.fillSession();
  const values = ["-f", join(chart, "testing", "values.yaml")];
  const { text, objects } = await bench.template(values);
  await bench.apply(text);
  const now = new Set(objects.map(nameOf));
  const left = parse(await old("manifest.yaml"))
    .map(nameOf)
    .filter((name) => !now.has(name));
  expect(left).toEqual(RETIRED);
  expect(await bench.session()).toBe("kept");
});

/** The kinds of the Prometheus operator, as far as an API server needs them to take an object of theirs. */
async function serveMonitoring(): Promise<void> {
  for (const [kind, plural] of [
    ["ServiceMonitor", "servicemonitors"],
    ["PrometheusRule", "prometheusrules"],
  ] as const) {
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.monitoring.coreos.com` },
      spec: {
        group: "monitoring.coreos.com",
        scope: "Namespaced",
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    };
    await bench.cluster.apply(definition, { fieldManager: "test" });
    await bench.kubectl("wait", "--for=condition=Established", `crd/${plural}.monitoring.coreos.com`);
  }
}
