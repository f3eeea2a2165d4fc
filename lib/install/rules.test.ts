import { describe, expect, it } from "vitest";
import { fileTypes } from "./corpus.ts";
import { parseMirrors } from "./mirrors.ts";
import { renderSources } from "./render.ts";
import { checkRules, covers, narrow, type RuleInput } from "./rules.ts";

const types = fileTypes();
const input: RuleInput = {
  context: { namespace: "ns-a", cloudDomain: "example.com", serviceAccount: "app" },
  consoleHosts: ["hub.example.com", "*.console.example.com"],
  hostsInUse: new Map([
    ["taken.example.com", "ns-b"],
    ["mine.example.com", "ns-a"],
  ]),
  tenantRules: [
    { apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "list", "create"] },
    { apiGroups: ["apps"], resources: ["deployments", "deployments/scale"], verbs: ["get", "patch"] },
  ],
};

async function check(text: string, more: Partial<RuleInput> = {}) {
  const rendered = await renderSources([{ path: "app.yaml", text, line: 1 }], {}, "ns-a", types);
  return checkRules(rendered, { ...input, ...more });
}

const meta = (kind: string, rest: string, apiVersion = "v1", metadata = "") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x${metadata && `, ${metadata}`} }\n${rest}`;
const ingress = (spec: string, annotations = "") =>
  meta("Ingress", `spec: ${spec}`, "networking.k8s.io/v1", annotations && `annotations: ${annotations}`);
const pod = (spec: string, metadata = "") => meta("Pod", `spec: ${spec}`, "v1", metadata);
const app = (spec: string) =>
  meta("App", `spec: { name: a, icon: i, type: link, ${spec} }`, "app.sealos.io/v1");
const rbac = "rbac.authorization.k8s.io/v1";

describe("an application is refused, with object, file, line and way out, when it", () => {
  it.each([
    ["names another namespace", meta("Secret", "", "v1", "namespace: kube-system"), "foreign-namespace"],
    [
      "does so inside a List",
      `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: other}}]`,
      "foreign-namespace",
    ],
    ["brings a cluster-scoped object", meta("Namespace", ""), "cluster-scoped"],
    ["brings a ClusterRole", meta("ClusterRole", "rules: []", rbac), "cluster-scoped"],
    [
      "gives rights to another namespace's account",
      meta(
        "RoleBinding",
        "roleRef: {kind: Role, name: a, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]",
        rbac,
      ),
      "foreign-subject",
    ],
    [
      "gives rights to everybody",
      meta(
        "RoleBinding",
        "roleRef: {kind: Role, name: a, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: Group, name: 'system:authenticated'}]",
        rbac,
      ),
      "foreign-subject",
    ],
    [
      "names an owner",
      meta("Secret", "", "v1", "ownerReferences: [{apiVersion: v1, kind: Node, name: n, uid: u}]"),
      "owner-reference",
    ],
    [
      "points a service into another namespace",
      meta("Service", "spec: {type: ExternalName, externalName: web.sealos-system.svc.cluster.local}"),
      "foreign-service",
    ],
    [
      "has an operator act as a person",
      meta(
        "Cluster",
        "spec: {componentSpecs: [{serviceAccountName: member-a}]}",
        "apps.kubeblocks.io/v1alpha1",
      ),
      "reserved-account",
    ],
    [
      "keeps a template of pods that act as the console's account",
      meta("PodTemplate", "template: {spec: {serviceAccountName: installer, containers: []}}"),
      "reserved-account",
    ],
    [
      "makes pods that go before the cluster's own",
      pod("{priorityClassName: system-node-critical, containers: []}"),
      "pod-security",
    ],
    [
      "writes web server configuration in a path",
      ingress(
        '{rules: [{host: a.example.com, http: {paths: [{path: "/ { } location / {", pathType: Prefix}]}}]}',
      ),
      "path-invalid",
    ],
    [
      "takes another's host by a redirect between spellings",
      ingress(
        "{rules: [{host: www.taken.example.com}]}",
        '{nginx.ingress.kubernetes.io/from-to-www-redirect: "true"}',
      ),
      "host-taken",
    ],
    [
      "points a service to the node",
      meta("Service", "spec: {type: ExternalName, externalName: 127.0.0.1}"),
      "foreign-service",
    ],
    [
      "points a service to a short name",
      meta("Service", "spec: {type: ExternalName, externalName: kubernetes}"),
      "foreign-service",
    ],
    ["writes endpoints by hand", meta("Endpoints", "subsets: []"), "foreign-service"],
    ["takes IP addresses", meta("Service", "spec: {externalIPs: [1.2.3.4]}"), "external-ips"],
    ["answers for the console", ingress("{rules: [{host: HUB.example.com.}]}"), "host-console"],
    ["answers for the cloud domain", ingress("{rules: [{host: example.com}]}"), "host-console"],
    [
      "answers below the console's wildcard",
      ingress("{rules: [{host: a.console.example.com}]}"),
      "host-console",
    ],
    ["answers for another tenant's host", ingress("{rules: [{host: taken.example.com}]}"), "host-taken"],
    [
      "has another tenant's host in TLS",
      ingress("{rules: [{host: ok.example.com}], tls: [{hosts: [taken.example.com]}]}"),
      "host-taken",
    ],
    [
      "has another tenant's host as an alias",
      ingress(
        "{rules: [{host: ok.example.com}]}",
        '{nginx.ingress.kubernetes.io/server-alias: "ok2.example.com, Taken.example.com"}',
      ),
      "host-taken",
    ],
    [
      "has the console's name on a service",
      meta(
        "Service",
        "spec: {}",
        "v1",
        "annotations: {external-dns.alpha.kubernetes.io/hostname: hub.example.com}",
      ),
      "host-console",
    ],
    ["answers for a wildcard", ingress("{rules: [{host: '*.example.com'}]}"), "host-wildcard"],
    ["answers for every host", ingress("{rules: [{http: {paths: []}}]}"), "host-missing"],
    [
      "has a backend for every host",
      ingress("{defaultBackend: {service: {name: a, port: {number: 1}}}}"),
      "host-missing",
    ],
    [
      "certifies the console's host",
      meta("Certificate", "spec: {dnsNames: [hub.example.com]}", "cert-manager.io/v1"),
      "host-console",
    ],
    [
      "routes the console's host",
      meta("HTTPRoute", "spec: {hostnames: [hub.example.com]}", "gateway.networking.k8s.io/v1"),
      "host-console",
    ],
    [
      "wears AppManager's label",
      meta("Secret", "", "v1", "labels: {app.kubernetes.io/managed-by: app-manager}"),
      "reserved-label",
    ],
    [
      "wears it on its pods",
      meta(
        "Deployment",
        "spec: {template: {metadata: {labels: {hub.sealos.io/installation: other}}}}",
        "apps/v1",
      ),
      "reserved-label",
    ],
    [
      "brings the console's own resources",
      meta("Session", "spec: {user: a, expiresAt: x}", "hub.sealos.io/v1alpha1"),
      "reserved-kind",
    ],
    [
      "brings a person's account",
      "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: member-bob}",
      "reserved-name",
    ],
    [
      "brings the record of what was uninstalled",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hub-timeline}",
      "reserved-name",
    ],
    ["runs as a person", pod("{serviceAccountName: member-bob, containers: []}"), "reserved-account"],
    [
      "asks for a person's token",
      meta(
        "Secret",
        "type: kubernetes.io/service-account-token",
        "v1",
        "annotations: {kubernetes.io/service-account.name: installer}",
      ),
      "reserved-account",
    ],
    ["has an entry that runs a script", app("data: {url: 'javascript:alert(1)'}"), "entry-address"],
    ["has an entry within the console", app("data: {url: /api/session}"), "entry-address"],
    ["has an entry at the console", app("data: {url: 'https://hub.example.com/x'}"), "entry-address"],
    [
      "has a menu at the console",
      app("data: {url: 'https://a.b'}, menuData: [{name: a, link: 'data:text/html,x'}]"),
      "entry-address",
    ],
    ["mounts the node", pod("{containers: [], volumes: [{name: v, hostPath: {path: /}}]}"), "pod-security"],
    ["shares the node's network", pod("{hostNetwork: true, containers: []}"), "pod-security"],
    [
      "runs privileged",
      meta(
        "CronJob",
        "spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, securityContext: {privileged: true}}]}}}}}",
        "batch/v1",
      ),
      "pod-security",
    ],
    [
      "adds a capability",
      pod("{containers: [{name: c, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}"),
      "pod-security",
    ],
    [
      "takes a port of the node",
      pod("{initContainers: [{name: c, ports: [{containerPort: 1, hostPort: 1}]}], containers: []}"),
      "pod-security",
    ],
    [
      "switches seccomp off",
      pod("{securityContext: {seccompProfile: {type: Unconfined}}, containers: []}"),
      "pod-security",
    ],
    [
      "sets kernel parameters",
      pod("{securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}, containers: []}"),
      "pod-security",
    ],
  ])("%s", async (_, text, code) => {
    const { blockers } = await check(text);
    expect(blockers.map((each) => each.code)).toEqual([code]);
    expect(blockers[0]?.message).toMatch(/^app\.yaml:\d+: \w+ ".+" .+\. .+\.$/s);
    expect(blockers[0]).toMatchObject({
      object: { name: expect.any(String) },
      params: { file: "app.yaml", line: expect.any(Number) },
    });
  });
});

describe("an application may", () => {
  it.each([
    ["write its own namespace", meta("Secret", "", "v1", "namespace: ns-a")],
    [
      "have a host of its own, again",
      ingress("{rules: [{host: mine.example.com}], tls: [{hosts: [mine.example.com]}]}"),
    ],
    [
      "bind its own account",
      meta(
        "RoleBinding",
        "roleRef: {kind: Role, name: a, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: ServiceAccount, name: a, namespace: ns-a}]",
        rbac,
      ),
    ],
    [
      "point a service to its own namespace",
      meta("Service", "spec: {type: ExternalName, externalName: db.ns-a.svc.cluster.local}"),
    ],
    [
      "point a service to the internet",
      meta("Service", "spec: {type: ExternalName, externalName: api.example.org}"),
    ],
    [
      "say who else manages its objects",
      meta("Secret", "", "v1", "labels: {app.kubernetes.io/managed-by: kbcli}"),
    ],
    ["have an entry at its own address", app("data: {url: 'https://mine.example.com:'}")],
    [
      "drop capabilities and bind low ports",
      pod(
        "{containers: [{name: c, securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]}",
      ),
    ],
    [
      "keep the finalizer of its operator",
      meta(
        "Cluster",
        "spec: {}",
        "apps.kubeblocks.io/v1alpha1",
        "finalizers: [cluster.kubeblocks.io/finalizer]",
      ),
    ],
  ])("%s", async (_, text) => {
    expect(await check(text)).toMatchObject({ blockers: [], notices: [] });
  });
});

describe("an application is mended, and the plan says so:", () => {
  it("lines of snippets become annotations, are needless, or are dropped", async () => {
    const text = ingress(
      "{rules: [{host: a.example.com}]}",
      `
    nginx.ingress.kubernetes.io/proxy-read-timeout: "60"
    nginx.ingress.kubernetes.io/server-snippet: |
      # buffers
      client_header_buffer_size 64k;
      client_max_body_size 100m;
      proxy_read_timeout 300s;
    nginx.ingress.kubernetes.io/configuration-snippet: |
      if ($request_uri ~* \\.(js|css)) { expires 30d; }
      proxy_set_header Upgrade $http_upgrade;
      client_max_body_size 1m; } location /x { proxy_pass http://10.0.0.1;
`,
    )
      .replace("metadata: { name: x, annotations:", "metadata:\n  name: x\n  annotations:")
      .replace("\n }\nspec", "\nspec");
    const { objects, notices, blockers } = await check(text);
    expect(blockers).toEqual([]);
    expect(objects[0]?.object.metadata.annotations).toEqual({
      "nginx.ingress.kubernetes.io/proxy-body-size": "1m",
      "nginx.ingress.kubernetes.io/proxy-read-timeout": "60",
    });
    expect(notices.map(({ code, level }) => [code, level])).toEqual([
      ["snippet-dropped", "warning"],
      ["snippet-needless", "info"],
      ["snippet-mended", "info"],
    ]);
    expect(notices[0]?.message).toContain("location /x");
  });

  it("snippets stay when an administrator allows them", async () => {
    const text = ingress(
      "{rules: [{host: a.example.com}]}",
      "{nginx.ingress.kubernetes.io/server-snippet: return 200;}",
    );
    expect((await check(text, { allowSnippets: true })).notices).toEqual([]);
    expect((await check(text)).objects[0]?.object.metadata.annotations).toEqual({});
  });

  it.each([
    "auth-url: http://10.0.0.1/",
    "auth-secret: other/secret",
    "auth-tls-secret: kube-system/ca",
    "mirror-target: http://x",
    "session-cookie-domain: example.com",
    'proxy-body-size: "1m; } location /x { proxy_pass http://10.0.0.1"',
    'permanent-redirect: "https://a.example.com/#;"',
    'proxy-buffer-size: "1k\\nreturn 200"',
  ])("the annotation %s is dropped", async (annotation) => {
    const text = ingress("{rules: [{host: a.example.com}]}", `{nginx.ingress.kubernetes.io/${annotation}}`);
    const { objects, notices } = await check(text);
    expect(objects[0]?.object.metadata.annotations).toEqual({});
    expect(notices[0]?.code).toMatch(/^annotation-(dropped|unsafe)$/);
  });

  it("a finalizer nobody answers for is left out", async () => {
    const { objects, notices } = await check(
      meta("Secret", "", "v1", "finalizers: [kubernetes.io/pvc-protection, example.com/x]"),
    );
    expect(objects[0]?.object.metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
    expect(notices[0]?.code).toBe("finalizer-dropped");
  });

  it("a wildcard Role gets what the tenant's editors hold", async () => {
    const { objects, notices } = await check(
      meta("Role", "rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]", rbac),
    );
    expect(objects[0]?.object.rules).toEqual(input.tenantRules);
    expect(notices[0]).toMatchObject({ code: "role-narrowed", level: "warning" });
  });

  it("giving pods a role that the cluster has is allowed, and said as plainly", async () => {
    const { notices, blockers } = await check(
      meta(
        "RoleBinding",
        "roleRef: {kind: ClusterRole, name: hub-tenant-owner, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: ServiceAccount, name: own}]",
        rbac,
      ),
    );
    expect(blockers).toEqual([]);
    expect(notices).toMatchObject([{ code: "role-bound", level: "warning" }]);
    expect(notices[0]?.message).toContain("hub-tenant-owner");
  });

  it("pods with the workspace's rights are allowed, and said first", async () => {
    const text = `${meta("Role", "rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]", rbac)}\n---\n${pod("{serviceAccountName: app, containers: []}")}`;
    const { notices, blockers } = await check(text);
    expect(blockers).toEqual([]);
    expect(notices.map(({ code }) => code)).toEqual(["workspace-rights", "role-narrowed"]);
  });
});

describe("narrowing a rule", () => {
  it.each([
    [
      { apiGroups: [""], resources: ["pods"], verbs: ["*"] },
      [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "create"] }],
    ],
    [
      { apiGroups: ["apps"], resources: ["*/scale"], verbs: ["patch", "delete"] },
      [{ apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch"] }],
    ],
    [{ apiGroups: ["batch"], resources: ["jobs"], verbs: ["get"] }, []],
    [
      { apiGroups: [""], resources: ["secrets"], resourceNames: ["a"], verbs: ["get", "delete"] },
      [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["a"], verbs: ["get"] }],
    ],
  ])("%o", (wanted, expected) => {
    const narrowed = narrow(wanted, input.tenantRules);
    expect(narrowed).toEqual(expected);
    for (const rule of narrowed) expect(covers(input.tenantRules, rule)).toBe(true);
    expect(covers(input.tenantRules, wanted)).toBe(false);
  });
});

describe("where the cluster has mirrors, an application", () => {
  const imageMirrors = parseMirrors("docker.io=mirror.local/hub, *=mirror.local:5000");
  const template = (image: string) =>
    meta(
      "Deployment",
      `spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {initContainers: [{name: i, image: "quay.io/a/init:1"}], containers: [{name: c, image: "${image}"}]}}}`,
      "apps/v1",
    );

  it.each([
    ["nginx:1.27", "mirror.local/hub/library/nginx:1.27"],
    ["ghcr.io/a/b", "mirror.local:5000/ghcr.io/a/b"],
    [
      `localhost:5000/a/b@sha256:${"0".repeat(64)}`,
      `mirror.local:5000/localhost-5000/a/b@sha256:${"0".repeat(64)}`,
    ],
    ["mirror.local:5000/quay.io/a/b:1", "mirror.local:5000/quay.io/a/b:1"],
  ])("gets %s from there, and the plan says so", async (image, place) => {
    const { objects, notices, blockers } = await check(template(image), { imageMirrors });
    const pod = (
      (objects[0]?.object.spec ?? { template: { spec: {} } }) as {
        template: { spec: Record<string, { image: string }[]> };
      }
    ).template.spec;
    expect(blockers).toEqual([]);
    expect(pod.containers?.[0]?.image).toBe(place);
    expect(pod.initContainers?.[0]?.image).toBe("mirror.local:5000/quay.io/a/init:1");
    const said = notices.filter(({ code }) => code === "image-mirrored").map(({ params }) => params?.mirror);
    expect(said).toEqual(["mirror.local:5000/quay.io/a/init:1", ...(place === image ? [] : [place])]);
  });

  it.each(["docker.io", "=x", "docker.io=", "docker.io=a b", "a=b=c"])("has none by the words %j", (text) => {
    expect(() => parseMirrors(text)).toThrow("is no mirror");
  });
});
