import type { Group, Step } from "../types.ts";
import { core, get, merge, post, put, rbac, remove } from "./build.ts";

const R = "rbac.authorization.k8s.io";
const roles = `/apis/${R}/v1/clusterroles`;
const bindings = `/apis/${R}/v1/clusterrolebindings`;
const as = (
  user: string,
  step: Step,
  groups: string[] = [],
  more: Record<string, string | string[]> = {},
): Step => ({
  ...step,
  as: user,
  headers: { ...(groups.length > 0 && { "impersonate-group": groups }), ...more },
});
const rule = (apiGroup: string, resource: string, ...verbs: string[]) => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});
const role = (name: string, rules: unknown[], metadata = {}) =>
  post(rbac("roles"), { metadata: { name, ...metadata }, rules });
const bind = (name: string, ref: string, subject: unknown, kind = "Role") =>
  post(rbac("rolebindings"), {
    metadata: { name },
    roleRef: { apiGroup: R, kind, name: ref },
    subjects: [subject],
  });
const clusterBind = (name: string, ref: string, subject: unknown) =>
  post(bindings, {
    metadata: { name },
    roleRef: { apiGroup: R, kind: "ClusterRole", name: ref },
    subjects: [subject],
  });
const user = (name: string) => ({ kind: "User", apiGroup: R, name });
const group = (name: string) => ({ kind: "Group", apiGroup: R, name });
const account = (name: string) => ({ kind: "ServiceAccount", name, namespace: "{ns}" });
const bob = "system:serviceaccount:{ns}:bob";

export const moreAccess: Group[] = [
  {
    name: "aggregation",
    area: "RBAC, escalation, aggregation",
    steps: [
      post(roles, {
        metadata: { name: "{ns}-sum" },
        aggregationRule: {
          clusterRoleSelectors: [
            { matchLabels: { "{ns}": "yes" } },
            { matchExpressions: [{ key: "{ns}", operator: "In", values: ["also"] }] },
          ],
        },
        rules: [],
      }),
      post(roles, {
        metadata: { name: "{ns}-a", labels: { "{ns}": "yes" } },
        rules: [rule("", "pods", "get")],
      }),
      { ...get(`${roles}/{ns}-sum`), untilText: "pods" },
      post(roles, {
        metadata: { name: "{ns}-b", labels: { "{ns}": "also" } },
        rules: [rule("apps", "deployments", "list"), rule("", "pods", "get")],
      }),
      { ...get(`${roles}/{ns}-sum`), untilText: "deployments" },
      clusterBind("{ns}-all", "{ns}-sum", user("{ns}-ann")),
      as("{ns}-ann", get("/apis/apps/v1/deployments?limit=1&labelSelector=none")),
      as("{ns}-ann", get("/api/v1/pods")),
      merge(`${roles}/{ns}-a`, { metadata: { labels: { "{ns}": "no" } } }),
      remove(`${roles}/{ns}-b`),
      { ...get(`${roles}/{ns}-sum`), untilText: '"rules":null' },
      post(roles, {
        metadata: { name: "{ns}-edit", labels: { "rbac.authorization.k8s.io/aggregate-to-edit": "true" } },
        rules: [rule("x.example", "ys", "get")],
      }),
      { ...get(`${roles}/edit`), untilText: "x.example" },
      remove(`${roles}/{ns}-edit`),
      { ...get(`${roles}/view`), untilText: "pods" },
      { ...get(`${roles}/admin`), untilNoText: "x.example" },
      get(`${roles}/cluster-admin`),
      get(`${bindings}/cluster-admin`),
      post(roles, {
        metadata: { name: "{ns}-bad" },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "a b": "c" } }] },
      }),
      post(roles, {
        metadata: { name: "{ns}-url" },
        rules: [{ nonResourceURLs: ["/healthz", "/x/*"], verbs: ["get"] }],
      }),
      post(roles, {
        metadata: { name: "{ns}-mixed" },
        rules: [{ nonResourceURLs: ["/x"], resources: ["pods"], apiGroups: [""], verbs: ["get"] }],
      }),
      clusterBind("{ns}-urls", "{ns}-url", user("{ns}-ann")),
      as("{ns}-ann", get("/x/y")),
      as("{ns}-ann", get("/metrics")),
      as("{ns}-ann", get("/healthz")),
    ],
  },
  {
    name: "granting",
    area: "RBAC, escalation, aggregation",
    steps: [
      post(core("serviceaccounts"), { metadata: { name: "bob" } }),
      role("owner", [
        rule(R, "roles", "*"),
        rule(R, "rolebindings", "*"),
        rule("", "pods", "get", "list"),
        rule("", "configmaps", "*"),
      ]),
      bind("owner", "owner", account("bob")),
      as(bob, role("same", [rule("", "pods", "get")])),
      as(bob, role("more", [rule("", "pods", "get", "delete")])),
      as(bob, role("other", [rule("", "secrets", "get")])),
      as(bob, role("star", [rule("*", "*", "*")])),
      as(bob, role("named", [{ ...rule("", "configmaps", "update"), resourceNames: ["only"] }])),
      as(bob, role("sub", [rule("", "pods/log", "get")])),
      as(bob, merge(rbac("roles/same"), { rules: [rule("", "pods", "watch")] })),
      as(bob, merge(rbac("roles/same"), { metadata: { labels: { a: "b" } } })),
      as(bob, put(rbac("roles/same"), { metadata: { name: "same" }, rules: [rule("", "nodes", "get")] })),
      as(bob, bind("ok", "same", user("eve"))),
      as(bob, bind("up", "admin", user("eve"), "ClusterRole")),
      as(bob, bind("none", "missing", user("eve"))),
      as(bob, bind("view", "view", user("eve"), "ClusterRole")),
      role("binder", [
        { ...rule(R, "roles", "bind"), resourceNames: ["strong"] },
        { ...rule(R, "clusterroles", "bind"), resourceNames: ["view"] },
        rule(R, "roles", "escalate"),
      ]),
      role("strong", [rule("", "secrets", "*")]),
      bind("binder", "binder", account("bob")),
      as(bob, bind("strong", "strong", user("eve"))),
      as(bob, bind("view", "view", user("eve"), "ClusterRole")),
      as(bob, role("grown", [rule("", "secrets", "get")])),
      as("eve", get(core("secrets"))),
      as("eve", get(core("pods"))),
      as("eve", get("/api/v1/pods")),
      as("eve", get("/api/v1/nodes")),
      as("eve", get(core("secrets/one"))),
      as("eve", remove(core("secrets"))),
      as("eve", post(core("configmaps"), { metadata: { name: "x" } })),
      as("eve", merge(core("configmaps/x"), {})),
      as("eve", get(core("pods/p/log"))),
      as("eve", merge("/apis/apps/v1/namespaces/{ns}/deployments/d/scale", {})),
      as("eve", get("/apis/nothing.example/v1/namespaces/{ns}/things")),
      as("eve", post("/api/v1/namespaces", { metadata: { name: "x" } })),
      as("eve", get("/api/v1/namespaces/{ns}")),
      as("eve", get("/api/v1/namespaces")),
      as("eve", get("/apis")),
      as("eve", get("/version-nothing")),
      as(
        "eve",
        post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
          spec: { resourceAttributes: { verb: "get", resource: "secrets", namespace: "{ns}", name: "one" } },
        }),
      ),
      as(
        "eve",
        post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
          spec: { resourceAttributes: { verb: "delete", resource: "nodes" } },
        }),
      ),
      as(
        "eve",
        post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
          spec: { user: "a", resourceAttributes: { verb: "get", resource: "pods" } },
        }),
      ),
      post("/apis/authorization.k8s.io/v1/namespaces/{ns}/localsubjectaccessreviews", {
        spec: { user: "eve", resourceAttributes: { namespace: "{ns}", verb: "get", resource: "pods" } },
      }),
      post("/apis/authorization.k8s.io/v1/namespaces/{ns}/localsubjectaccessreviews", {
        spec: { user: "eve", resourceAttributes: { namespace: "other", verb: "get", resource: "pods" } },
      }),
      post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        spec: { resourceAttributes: { verb: "get", resource: "pods" } },
      }),
      post("/apis/authorization.k8s.io/v1/subjectaccessreviews", { spec: { user: "a" } }),
      as("eve", post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}), ["g1", "g2"]),
      post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token: "nobody" } }),
      post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: {} }),
    ],
  },
  {
    name: "impersonation",
    area: "Impersonation",
    steps: [
      post(core("serviceaccounts"), { metadata: { name: "bob" } }),
      post(core("serviceaccounts"), { metadata: { name: "member" } }),
      role("pods", [rule("", "pods", "list")]),
      bind("by-user", "pods", user("carol")),
      bind("by-group", "pods", group("{ns}-team")),
      bind("by-account", "pods", account("member")),
      bind("by-accounts", "pods", group("system:serviceaccounts:{ns}-none")),
      as("carol", get(core("pods"))),
      as("dave", get(core("pods"))),
      as("dave", get(core("pods")), ["{ns}-team"]),
      as("dave", get(core("pods")), ["other", "{ns}-team"]),
      as("system:serviceaccount:{ns}:member", get(core("pods"))),
      as("system:serviceaccount:{ns}:member", get(core("secrets"))),
      as("system:serviceaccount:{ns}:none", get(core("pods"))),
      as("system:serviceaccount:bad", get(core("pods"))),
      as("system:anonymous", get(core("pods"))),
      as("carol", post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}), ["a", "b"], {
        "impersonate-uid": "u-1",
        "impersonate-extra-scopes": ["x", "y"],
        "impersonate-extra-acme.com%2fproject": "p",
      }),
      as("system:serviceaccount:{ns}:member", post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {})),
      as("system:serviceaccount:{ns}:member", post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}), [
        "only",
      ]),
      as("system:anonymous", post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {})),
      as("system:admin", post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}), ["system:masters"]),
      { ...get(core("pods")), headers: { "impersonate-group": "g" } },
      { ...get(core("pods")), headers: { "impersonate-uid": "u" } },
      { ...get(core("pods")), headers: { "impersonate-extra-x": "u" } },
      { ...get(core("pods")), headers: { "impersonate-user": "" } },
      keepToken("bob"),
      asBob(get(core("pods")), "carol"),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:member"),
      asBob(get(core("pods")), "system:admin", ["system:masters"]),
      asBob(get("/api/v1/nodes"), "system:node:n1"),
      asBob(post(core("configmaps"), { metadata: { name: "x" } }), "carol"),
      asBob(get("/version"), "carol"),
      asBob(get("/apis/apps/v1/namespaces/{ns}/deployments/d"), "carol"),
      asBob(
        merge("/apis/apps/v1/namespaces/{ns}/deployments/d/scale", {}),
        "system:serviceaccount:{ns}:member",
      ),
      role("impersonator", [
        {
          apiGroups: [""],
          resources: ["serviceaccounts"],
          verbs: ["impersonate"],
          resourceNames: ["member"],
        },
      ]),
      bind("impersonator", "impersonator", account("bob")),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:member"),
      asBob(get(core("secrets")), "system:serviceaccount:{ns}:member"),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:default"),
      asBob(get(core("pods")), "system:serviceaccount:other:member"),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:member", ["system:masters"]),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:member", ["system:serviceaccounts"]),
      asBob(get(core("pods")), "carol"),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:member", [], { "impersonate-uid": "u" }),
      asBob(get(core("pods")), "system:serviceaccount:{ns}:member", [], { "impersonate-extra-x": "y" }),
      post(roles, {
        metadata: { name: "{ns}-as-users" },
        rules: [
          { apiGroups: [""], resources: ["users"], verbs: ["impersonate"], resourceNames: ["carol"] },
          { apiGroups: [""], resources: ["groups"], verbs: ["impersonate"], resourceNames: ["{ns}-team"] },
          {
            apiGroups: ["authentication.k8s.io"],
            resources: ["userextras/scopes"],
            verbs: ["impersonate"],
            resourceNames: ["view"],
          },
        ],
      }),
      clusterBind("{ns}-as-users", "{ns}-as-users", account("bob")),
      asBob(get(core("pods")), "carol"),
      asBob(get(core("pods")), "dave"),
      asBob(get(core("pods")), "carol", ["{ns}-team"]),
      asBob(get(core("pods")), "carol", ["other"]),
      asBob(get(core("pods")), "carol", [], { "impersonate-extra-scopes": "view" }),
      asBob(get(core("pods")), "carol", [], { "impersonate-extra-scopes": "edit" }),
      asBob(get(core("pods")), "carol", [], { "impersonate-extra-other": "view" }),
      asBob(get(core("pods")), "carol", [], { "impersonate-uid": "u" }),
      asBob(post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}), "carol", ["{ns}-team"]),
      { ...get(core("pods")), headers: { authorization: "Bearer {token}" } },
      { ...post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token: "{token}" } }) },
    ],
  },
];

function keepToken(name: string): Step {
  return {
    ...post(core(`serviceaccounts/${name}/token`), { spec: { expirationSeconds: 3600 } }),
    keep: { token: "status.token" },
  };
}

/** As the account whose token was kept, in somebody else's name. */
function asBob(
  step: Step,
  name: string,
  groups: string[] = [],
  more: Record<string, string | string[]> = {},
): Step {
  return as(name, step, groups, { authorization: "Bearer {token}", ...more });
}
