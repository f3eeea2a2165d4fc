import { describe, expect, it } from "vitest";
import {
  authorize,
  bootstrapRoles,
  checkEscalation,
  impersonate,
  podSecurity,
  quotaAdmission,
  type RbacReader,
  rulesFor,
} from "./index.ts";
import { aggregateClusterRoles } from "./rbac.ts";
import type { Binding, PolicyRule, User } from "./types.ts";

const bob: User = { name: "bob", groups: ["team", "system:authenticated"] };

/** `roles` are bound to bob in namespace `n`, `clusterRoles` everywhere. */
function rbac(
  roles: Record<string, PolicyRule[]>,
  clusterRoles: Record<string, PolicyRule[]> = {},
): RbacReader {
  const binding = (kind: string, name: string): Binding => ({
    metadata: { name },
    roleRef: { kind, name },
    subjects: [{ kind: "User", name: "bob" }],
  });
  return {
    clusterRole: (name) => clusterRoles[name],
    role: (namespace, name) => (namespace === "n" ? roles[name] : undefined),
    clusterRoleBindings: () => Object.keys(clusterRoles).map((name) => binding("ClusterRole", name)),
    roleBindings: (namespace) =>
      namespace === "n" ? Object.keys(roles).map((name) => binding("Role", name)) : [],
  };
}

const pods = (verb: string, more = {}) => ({
  verb,
  group: "",
  version: "v1",
  resource: "pods",
  namespace: "n",
  ...more,
});

describe("role-based access", () => {
  const reader = rbac({
    r: [
      { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["one"] },
      { apiGroups: ["*"], resources: ["*/scale"], verbs: ["*"] },
    ],
  });
  const allowed = (attributes: Parameters<typeof authorize>[1]) => authorize(bob, attributes, reader).allowed;

  it("allows what a rule names, in its namespace alone", () => {
    expect(allowed(pods("get"))).toBe(true);
    expect(allowed(pods("get", { namespace: "other" }))).toBe(false);
    expect(allowed(pods("get", { namespace: "" }))).toBe(false);
    expect(allowed(pods("delete"))).toBe(false);
  });

  it("keeps subresources and names apart", () => {
    expect(allowed(pods("get", { subresource: "log" }))).toBe(true);
    expect(allowed(pods("get", { subresource: "exec" }))).toBe(false);
    expect(allowed(pods("update", { group: "apps", resource: "deployments", subresource: "scale" }))).toBe(
      true,
    );
    expect(allowed(pods("get", { resource: "secrets", name: "one" }))).toBe(true);
    expect(allowed(pods("get", { resource: "secrets", name: "two" }))).toBe(false);
    expect(allowed(pods("list", { resource: "secrets" }))).toBe(false);
  });

  it("allows paths by prefix and masters everything", () => {
    const paths = rbac({}, { p: [{ nonResourceURLs: ["/healthz", "/api/*"], verbs: ["get"] }] });
    expect(authorize(bob, { verb: "get", path: "/api/v1" }, paths).allowed).toBe(true);
    expect(authorize(bob, { verb: "get", path: "/metrics" }, paths).allowed).toBe(false);
    expect(authorize({ name: "x", groups: ["system:masters"] }, pods("delete"), rbac({})).allowed).toBe(true);
  });

  it("lists a user's rules", () => {
    expect(rulesFor(bob, "n", reader).resourceRules).toHaveLength(3);
    expect(rulesFor(bob, "other", reader).resourceRules).toEqual([]);
  });

  it("aggregates edit from the parts that its labels name", () => {
    const roles = bootstrapRoles.filter((r) => r.kind === "ClusterRole") as never as Parameters<
      typeof aggregateClusterRoles
    >[1];
    const edit = roles.find((r) => r.metadata.name === "edit");
    const view = roles.find((r) => r.metadata.name === "view");
    if (!edit || !view) throw new Error("edit and view are bootstrap roles");
    const can = (rules: PolicyRule[], verb: string, resource: string) =>
      rules.some((r) => r.verbs.includes(verb) && r.resources?.includes(resource));
    expect(can(aggregateClusterRoles(edit, roles), "create", "pods")).toBe(true);
    expect(can(aggregateClusterRoles(view, roles), "list", "pods")).toBe(true);
    expect(can(aggregateClusterRoles(view, roles), "get", "secrets")).toBe(false);
  });
});

describe("escalation", () => {
  const maker = rbac({ m: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }], secret: [] });
  const role = (rules: PolicyRule[]) => ({ kind: "Role", metadata: { name: "r", namespace: "n" }, rules });

  it("lets rights be passed on, and named ones narrowed", () => {
    expect(
      checkEscalation(bob, role([{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]), maker),
    ).toBeUndefined();
    const narrowed = role([{ apiGroups: [""], resources: ["pods"], verbs: ["get"], resourceNames: ["x"] }]);
    expect(checkEscalation(bob, narrowed, maker)).toBeUndefined();
  });

  it("names what the user lacks", () => {
    expect(
      checkEscalation(
        bob,
        role([{ apiGroups: ["", "apps"], resources: ["pods"], verbs: ["get", "delete"] }]),
        maker,
      ),
    ).toEqual({
      forbidden:
        'user "bob" (groups=["team" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "delete"]}',
    });
  });

  it("honours escalate and bind", () => {
    const rules = [
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["escalate", "bind"] },
    ];
    const trusted = rbac({ t: rules, all: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] });
    const limited = { ...trusted, roleBindings: () => [...rbac({ t: rules }).roleBindings("n")] };
    const everything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
    expect(checkEscalation(bob, role(everything), limited)).toBeUndefined();
    const binding = {
      kind: "RoleBinding",
      metadata: { name: "b", namespace: "n" },
      roleRef: { kind: "Role", name: "all" },
    };
    expect(checkEscalation(bob, binding, limited)).toBeUndefined();
    expect(checkEscalation(bob, binding, { ...limited, roleBindings: () => [] })).toHaveProperty("forbidden");
  });
});

describe("impersonation", () => {
  const rule = {
    apiGroups: [""],
    resources: ["serviceaccounts"],
    verbs: ["impersonate"],
    resourceNames: ["member-1"],
  };
  const wanted = (name: string, groups: string[] = []) => ({ name, groups });

  it("gives a named account with its groups, and nobody else", () => {
    const reader = rbac({ r: [rule] });
    const asked = (user: User) => impersonate(bob, user, pods("list"), reader);
    expect(asked(wanted("system:serviceaccount:n:member-1"))).toEqual({
      user: {
        name: "system:serviceaccount:n:member-1",
        groups: ["system:serviceaccounts", "system:serviceaccounts:n", "system:authenticated"],
      },
    });
    for (const other of [
      wanted("system:serviceaccount:n:member-2"),
      wanted("system:serviceaccount:m:member-1"),
      wanted("admin"),
      wanted("system:serviceaccount:n:member-1", ["system:masters"]),
    ]) {
      expect(asked(other)).toHaveProperty("forbidden");
    }
  });
});

describe("quota", () => {
  const quota = (hard: Record<string, string>, used: Record<string, string>) => ({
    metadata: { name: "quota" },
    spec: { hard },
    status: { hard, used },
  });
  const pod = (requests: Record<string, string>, init?: Record<string, string>) => ({
    spec: {
      containers: [{ name: "c", resources: { requests } }],
      ...(init && { initContainers: [{ name: "i", resources: { requests: init } }] }),
    },
  });
  const counted = { group: "", resource: "pods" };

  it("counts the greediest init container when it needs more than all others", () => {
    const quotas = [quota({ "requests.cpu": "2" }, { "requests.cpu": "500m" })];
    const { forbidden } = quotaAdmission(quotas, counted, pod({ cpu: "100m" }, { cpu: "1600m" }));
    expect(forbidden).toBe(
      "exceeded quota: quota, requested: requests.cpu=1600m, used: requests.cpu=500m, limited: requests.cpu=2",
    );
    const fits = quotaAdmission(quotas, counted, pod({ cpu: "100m" }, { cpu: "1500m" }));
    expect(fits.used.get("quota")).toEqual({ "requests.cpu": "2" });
  });

  it("asks for the values that it limits", () => {
    const quotas = [quota({ "requests.cpu": "2", "limits.memory": "1Gi" }, {})];
    expect(quotaAdmission(quotas, counted, pod({})).forbidden).toBe(
      "failed quota: quota: must specify limits.memory for: c; requests.cpu for: c",
    );
  });

  it("lets an object shrink although the quota is overdrawn", () => {
    const quotas = [quota({ "requests.storage": "1Gi" }, { "requests.storage": "5Gi" })];
    const claim = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
    const claims = { group: "", resource: "persistentvolumeclaims" };
    expect(quotaAdmission(quotas, claims, claim("1Gi"), claim("2Gi")).forbidden).toBeUndefined();
    expect(quotaAdmission(quotas, claims, claim("3Gi"), claim("2Gi")).forbidden).toMatch(/^exceeded quota/);
  });
});

describe("pod security", () => {
  const baseline = { "pod-security.kubernetes.io/enforce": "baseline" };

  it("checks init and ephemeral containers like any other", () => {
    for (const field of ["initContainers", "containers", "ephemeralContainers"]) {
      const pod = { spec: { [field]: [{ name: "x", securityContext: { privileged: true } }] } };
      expect(podSecurity(baseline, pod).forbidden).toBe(
        'violates PodSecurity "baseline:latest": privileged (container "x" must not set securityContext.privileged=true)',
      );
    }
  });

  it("says nothing without a label or at the privileged level", () => {
    const pod = { spec: { hostNetwork: true, containers: [] } };
    expect(podSecurity({}, pod)).toEqual({});
    expect(podSecurity({ "pod-security.kubernetes.io/enforce": "privileged" }, pod)).toEqual({});
  });
});
