import { describe, expect, it } from "vitest";
import { parseMirrors } from "./mirrors.ts";
import { covers, narrow } from "./rules.ts";
import { check, ingress, input, meta, pod, rbac } from "./testing/rules.ts";

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
