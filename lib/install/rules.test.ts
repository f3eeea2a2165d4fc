import { describe, expect, it } from "vitest";
import { app, check, ingress, meta, pod, rbac } from "./testing/rules.ts";

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
