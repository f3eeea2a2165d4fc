import type { Group, Step } from "../types.ts";
import { apps, but, core, dry, get, merge, post, put, rbac } from "./build.ts";

const as = (user: string, step: Step): Step => ({ ...step, as: user });
const account = "system:serviceaccount:{ns}:bob";
const bob = (step: Step) => as(account, step);
const role = (name: string, rules: unknown[]) => post(rbac("roles"), { metadata: { name }, rules });
const bind = (name: string, ref: string, kind = "Role") =>
  post(rbac("rolebindings"), {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: ref },
    subjects: [{ kind: "ServiceAccount", name: "bob", namespace: "{ns}" }],
  });
const rule = (apiGroup: string, resource: string, verbs: string[], resourceNames?: string[]) => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
  ...(resourceNames && { resourceNames }),
});
const selfReview = (spec: unknown) =>
  post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { spec });
const pod = (name: string, spec: Record<string, unknown> = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
});
const context = (securityContext: unknown) => ({
  containers: [{ name: "c", image: "nginx", securityContext }],
});
const sized = (resources: unknown) => ({ containers: [{ name: "c", image: "nginx", resources }] });

export const access: Group[] = [
  {
    name: "rbac",
    area: "RBAC, escalation, aggregation",
    steps: [
      post(core("serviceaccounts"), { metadata: { name: "bob" } }),
      bob(get(core("pods"))),
      role("reader", [
        rule("", "configmaps", ["get", "list"]),
        rule("", "secrets", ["get"], ["only"]),
        rule("", "pods/log", ["get"]),
        rule("*", "*/scale", ["get"]),
      ]),
      bind("readers", "reader"),
      bob(get(core("configmaps"))),
      bob(get(core("configmaps/none"))),
      bob(get(core("secrets/only"))),
      bob(get(core("secrets/other"))),
      bob(get(core("secrets"))),
      bob(get(core("pods/x/log"))),
      bob(get(core("pods/x"))),
      bob(get(apps("deployments/x/scale"))),
      bob(get(apps("deployments"))),
      bob(post(core("configmaps"), { metadata: { name: "x" } })),
      bob(merge(core("configmaps/x"), {})),
      bob({ method: "DELETE", path: core("configmaps/x") }),
      bob({ method: "DELETE", path: core("configmaps") }),
      bob(get(`${core("configmaps")}?watch=true`.replace("configmaps", "events"))),
      bob(get("/api/v1/nodes")),
      bob(get("/api/v1/configmaps")),
      bob(get("/metrics")),
      bob(post("/api/v1/namespaces", { metadata: { name: "x" } })),
      as("system:anonymous", get(core("pods"))),
      as("alice", get(core("pods"))),
      bob(selfReview({ resourceAttributes: { verb: "list", resource: "configmaps", namespace: "{ns}" } })),
      bob(selfReview({ resourceAttributes: { verb: "delete", resource: "configmaps", namespace: "{ns}" } })),
      bob(selfReview({ nonResourceAttributes: { verb: "get", path: "/api" } })),
      bob(selfReview({})),
      post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        spec: {
          user: account,
          resourceAttributes: { verb: "get", resource: "secrets", name: "only", namespace: "{ns}" },
        },
      }),
      post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        spec: {
          user: "x",
          groups: ["system:masters"],
          resourceAttributes: { verb: "get", resource: "secrets" },
        },
      }),
      bob(post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", { spec: { namespace: "{ns}" } })),
      bob(post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {})),
      bind("missing", "nothing"),
      bob(get(core("secrets"))),
    ],
  },
  {
    name: "escalation",
    area: "RBAC, escalation, aggregation",
    steps: [
      post(core("serviceaccounts"), { metadata: { name: "bob" } }),
      role("maker", [
        rule("rbac.authorization.k8s.io", "roles", ["create", "update", "patch", "get"]),
        rule("rbac.authorization.k8s.io", "rolebindings", ["create", "update", "patch", "get"]),
        rule("", "pods", ["get", "list"]),
      ]),
      bind("makers", "maker"),
      bob(role("same", [rule("", "pods", ["get"])])),
      bob(role("named", [rule("", "pods", ["get"], ["x"])])),
      bob(
        role("more", [
          rule("", "pods", ["get", "delete"]),
          { apiGroups: ["", "apps"], resources: ["secrets", "pods"], verbs: ["get"] },
        ]),
      ),
      bob(role("all", [rule("*", "*", ["*"])])),
      bob(bind("give", "maker")),
      bob(bind("edit", "edit", "ClusterRole")),
      bob(bind("none", "nothing")),
      role("secret", [rule("", "secrets", ["get"])]),
      bob(bind("take", "secret")),
      bob(merge(rbac("roles/same"), { rules: [rule("", "nodes", ["get"])] })),
      role("binder", [rule("rbac.authorization.k8s.io", "roles", ["bind", "escalate"])]),
      bind("binders", "binder"),
      bob(bind("take", "secret")),
      bob(role("all", [rule("*", "*", ["*"])])),
    ],
  },
  {
    name: "quota",
    area: "Quota, limits, Pod Security",
    steps: [
      post(core("resourcequotas"), {
        metadata: { name: "quota" },
        spec: {
          hard: {
            "requests.cpu": "1",
            "limits.memory": "1Gi",
            pods: "2",
            "count/secrets": "2",
            "requests.storage": "5Gi",
            "services.loadbalancers": "0",
            services: "1",
          },
        },
      }),
      put(`${core("resourcequotas/quota")}/status`, {
        metadata: { name: "quota" },
        status: {
          hard: {
            "requests.cpu": "1",
            "limits.memory": "1Gi",
            pods: "2",
            "count/secrets": "2",
            "requests.storage": "5Gi",
            "services.loadbalancers": "0",
            services: "1",
          },
          used: {
            "requests.cpu": "0",
            "limits.memory": "0",
            pods: "0",
            "count/secrets": "0",
            "requests.storage": "0",
            "services.loadbalancers": "0",
            services: "0",
          },
        },
      }),
      post(core("pods"), pod("a")),
      post(core("pods"), pod("a", sized({ limits: { cpu: "2", memory: "2Gi" } }))),
      post(core("pods"), pod("a", sized({ limits: { cpu: "500m", memory: "256Mi" } }))),
      post(core("pods"), pod("b", sized({ limits: { cpu: "600m", memory: "256Mi" } }))),
      post(core("pods"), pod("b", sized({ requests: { cpu: "100m" }, limits: { memory: "256Mi" } }))),
      post(core("pods"), pod("c", sized({ requests: { cpu: "100m" }, limits: { memory: "256Mi" } }))),
      post(core("persistentvolumeclaims"), {
        metadata: { name: "p" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
      }),
      post(core("services"), {
        metadata: { name: "s" },
        spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
      }),
      post(core("services"), { metadata: { name: "s" }, spec: { ports: [{ port: 80 }] } }),
      post(core("services"), { metadata: { name: "t" }, spec: { ports: [{ port: 80 }] } }),
      post(core("secrets"), { metadata: { name: "a" } }),
      post(core("secrets"), { metadata: { name: "b" } }),
      post(core("secrets"), { metadata: { name: "c" } }),
      dry(post(core("secrets"), { metadata: { name: "c" } })),
      get(core("resourcequotas/quota")),
      dry(post(core("resourcequotas"), { metadata: { name: "bad" }, spec: { hard: { nonsense: "1" } } })),
      dry(post(core("resourcequotas"), { metadata: { name: "bad" }, spec: { hard: { pods: "-1" } } })),
    ],
  },
  {
    name: "limits",
    area: "Quota, limits, Pod Security",
    steps: [
      post(core("limitranges"), {
        metadata: { name: "limits" },
        spec: {
          limits: [
            {
              type: "Container",
              default: { cpu: "500m", memory: "256Mi" },
              defaultRequest: { cpu: "100m" },
              max: { cpu: "1" },
              min: { cpu: "10m" },
            },
            { type: "PersistentVolumeClaim", max: { storage: "2Gi" }, min: { storage: "1Gi" } },
          ],
        },
      }),
      dry(post(core("pods"), pod("a"))),
      dry(post(core("pods"), pod("a", sized({ requests: { cpu: "200m" } })))),
      dry(post(core("pods"), pod("a", sized({ limits: { cpu: "2" } })))),
      dry(post(core("pods"), pod("a", sized({ requests: { cpu: "5m" } })))),
      dry(
        post(core("persistentvolumeclaims"), {
          metadata: { name: "p" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
        }),
      ),
      dry(
        post(core("persistentvolumeclaims"), {
          metadata: { name: "p" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "500Mi" } } },
        }),
      ),
    ],
  },
  {
    name: "pod-security-baseline",
    area: "Quota, limits, Pod Security",
    steps: [
      merge("/api/v1/namespaces/{ns}", {
        metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
      }),
      ...[
        {},
        { hostNetwork: true, hostPID: true },
        context({ privileged: true }),
        context({ capabilities: { add: ["SYS_ADMIN", "CHOWN"] } }),
        context({ seccompProfile: { type: "Unconfined" } }),
        context({ appArmorProfile: { type: "Unconfined" } }),
        context({ seLinuxOptions: { type: "spc_t", user: "u" } }),
        { volumes: [{ name: "h", hostPath: { path: "/" } }] },
        {
          volumes: [
            { name: "h", hostPath: { path: "/" } },
            { name: "i", hostPath: { path: "/" } },
          ],
        },
        { containers: [{ name: "c", image: "x", ports: [{ containerPort: 80, hostPort: 80 }] }] },
        {
          containers: [{ name: "c", image: "x", livenessProbe: { httpGet: { port: 80, host: "1.2.3.4" } } }],
        },
        { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
        {
          containers: [
            { name: "a", image: "x", securityContext: { privileged: true } },
            { name: "b", image: "x", securityContext: { privileged: true } },
          ],
        },
      ].map((spec) => dry(post(core("pods"), pod("p", spec)))),
    ],
  },
  {
    name: "pod-security-restricted",
    area: "Quota, limits, Pod Security",
    steps: [
      merge("/api/v1/namespaces/{ns}", {
        metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
      }),
      ...[
        {},
        {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          ...context({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }),
        },
        {
          securityContext: { runAsUser: 0, runAsNonRoot: false, seccompProfile: { type: "Unconfined" } },
          ...context({ allowPrivilegeEscalation: true, capabilities: { drop: ["X"], add: ["CHOWN"] } }),
        },
        {
          volumes: [
            { name: "n", nfs: { server: "a", path: "/" } },
            { name: "h", hostPath: { path: "/" } },
          ],
          ...context({ allowPrivilegeEscalation: false }),
        },
      ].map((spec) => dry(post(core("pods"), pod("p", spec)))),
      dry(
        post(
          apps("deployments"),
          but(
            {
              metadata: { name: "d" },
              spec: {
                selector: { matchLabels: { a: "b" } },
                template: {
                  metadata: { labels: { a: "b" } },
                  spec: { containers: [{ name: "c", image: "x" }] },
                },
              },
            },
            {},
          ),
        ),
      ),
    ],
  },
];
