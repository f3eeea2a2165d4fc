import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, annotation, label, SYSTEM_NAMESPACE, type TenantRole } from "../model/resources.ts";

/** Who a tenant namespace is made for. `uid` is DNS-safe and unique (see `uidOf` in lib/hub). */
export interface TenantPerson {
  uid: string;
  /** Issuer and subject; two people can never share a namespace, even if their uids met. */
  subject: string;
  displayName?: string;
  email?: string;
}

export interface TenantOptions {
  systemNamespace?: string;
  /** `ResourceQuota.spec.hard`; default: `defaultQuota`. */
  quota?: Record<string, string>;
  /** More people with access, besides the owner. */
  members?: { uid: string; role: TenantRole; displayName?: string }[];
}

export const tenantNamespace = (uid: string): string => `ns-${uid}`;

/**
 * The account that apps act as, `SEALOS_SERVICE_ACCOUNT` in templates. It is called like the tenant, because the object
 * storage controller puts that word into its Secrets' names and templates put the account's.
 */
export const appAccount = (namespace: string): string => namespace.replace(/^ns-/, "");

export const memberAccount = (uid: string): string => `member-${uid}`;

/**
 * Name of the Role that lists the accounts which the web server may act as. Nobody in the namespace may add to it: the
 * API server lets nobody grant an impersonation that they do not hold.
 */
export const IMPERSONATION = "hub-impersonate";

/** The account to impersonate for what concerns a tenant: `system:serviceaccount:<namespace>:member-<uid>`. */
export const memberUser = (namespace: string, uid: string): string =>
  `system:serviceaccount:${namespace}:${memberAccount(uid)}`;

/**
 * Ample for some dozens of apps; an administrator changes the ResourceQuota `quota`, in which nothing is written again.
 * Limits of providers' kinds are added where it has none.
 */
export const defaultQuota: Record<string, string> = {
  "requests.cpu": "16",
  "limits.cpu": "64",
  "requests.memory": "32Gi",
  "limits.memory": "128Gi",
  "requests.storage": "500Gi",
  persistentvolumeclaims: "100",
  pods: "200",
  services: "200",
  "services.nodeports": "20",
  "services.loadbalancers": "0",
  secrets: "1000",
  configmaps: "1000",
};

/** Each is work for the manager: no tenant may keep it from everybody else's. */
const recordsQuota: Record<string, string> = {
  "count/installations.hub.sealos.io": "200",
  "count/actionruns.hub.sealos.io": "1000",
};

const rbac = "rbac.authorization.k8s.io/v1";
const rbacGroup = "rbac.authorization.k8s.io";

/**
 * Everything a tenant namespace consists of, in the order to make it (docs/security.md).
 * `once`: made when absent and left alone afterwards, because administrators change it.
 */
export function tenantObjects(
  person: TenantPerson,
  options: TenantOptions = {},
): { object: KubernetesObject; once: boolean }[] {
  const system = options.systemNamespace ?? SYSTEM_NAMESPACE;
  const namespace = tenantNamespace(person.uid);
  const members = [
    { uid: person.uid, role: "owner" as TenantRole, displayName: person.displayName },
    ...(options.members ?? []),
  ];
  const objects: { object: KubernetesObject; once: boolean }[] = [];
  const add = (object: KubernetesObject, once = false) => objects.push({ object, once });
  const meta = (name: string, more: object = {}) => ({ name, namespace, ...more });
  const bind = (
    name: string,
    role: { kind: string; name: string },
    account: string,
    from: string,
    more = {},
  ) =>
    add({
      apiVersion: rbac,
      kind: "RoleBinding",
      metadata: meta(name, more),
      roleRef: { apiGroup: rbacGroup, ...role },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: from }],
    });

  add({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      labels: {
        [label.tenant]: person.uid,
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/warn": "baseline",
      },
      annotations: annotationsOf(person),
    },
  });
  for (const member of members) {
    const account = memberAccount(member.uid);
    const labels = { [label.member]: member.uid, [label.role]: member.role };
    add({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: meta(account, {
        labels,
        annotations:
          member.uid === person.uid ? annotationsOf(person) : annotationsOf({ ...member, subject: "" }),
      }),
      automountServiceAccountToken: false,
    });
    bind(account, { kind: "ClusterRole", name: `hub-tenant-${member.role}` }, account, namespace, { labels });
    // Owners may ask for tokens of any account of theirs; everybody else for their own alone, for `hub login`.
    if (member.role !== "owner") {
      const name = `hub-token-${member.uid}`;
      add({
        apiVersion: rbac,
        kind: "Role",
        metadata: meta(name),
        rules: [
          {
            apiGroups: [""],
            resources: ["serviceaccounts/token"],
            resourceNames: [account],
            verbs: ["create"],
          },
        ],
      });
      bind(name, { kind: "Role", name }, account, namespace);
    }
  }
  for (const [account, role] of [
    ["installer", "hub-tenant-owner"],
    [appAccount(namespace), "hub-tenant-editor"],
  ] as const) {
    add({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: meta(account),
      automountServiceAccountToken: account !== "installer",
    });
    bind(account, { kind: "ClusterRole", name: role }, account, namespace);
  }
  for (const [process, accounts] of [
    ["web", members.map(({ uid }) => memberAccount(uid))],
    ["manager", ["installer", ...members.map(({ uid }) => memberAccount(uid))]],
  ] as const) {
    const name = process === "web" ? IMPERSONATION : `${IMPERSONATION}-installer`;
    add(impersonation(name, namespace, [...accounts]));
    bind(name, { kind: "Role", name }, process, system);
  }
  add(
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: meta("quota"),
      spec: { hard: options.quota ?? defaultQuota },
    },
    true,
  );
  add(
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: meta("records"),
      spec: { hard: recordsQuota },
    },
    true,
  );
  add(
    {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: meta("limits"),
      spec: {
        limits: [
          {
            type: "Container",
            default: { cpu: "2", memory: "2Gi" },
            defaultRequest: { cpu: "50m", memory: "64Mi" },
          },
        ],
      },
    },
    true,
  );
  add({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: meta("isolation"),
    spec: {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { podSelector: {} },
            // Ingress controllers and operators live in namespaces that are no tenant's.
            { namespaceSelector: { matchExpressions: [{ key: label.tenant, operator: "DoesNotExist" }] } },
          ],
        },
      ],
    },
  });
  return objects;
}

/**
 * What the administrators' accounts consist of, all in the system namespace but for the binding. Binding and role list
 * everybody, so that the manager needs the right to two names and not to any; who is not listed any more loses both.
 */
export function administratorObjects(
  uids: readonly string[],
  systemNamespace = SYSTEM_NAMESPACE,
): KubernetesObject[] {
  const name = `${IMPERSONATION}-administrators`;
  const accounts = uids.map(memberAccount);
  return [
    ...uids.map((uid) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        name: memberAccount(uid),
        namespace: systemNamespace,
        labels: { [label.member]: uid, [label.role]: "administrator" },
      },
      automountServiceAccountToken: false,
    })),
    {
      apiVersion: rbac,
      kind: "ClusterRoleBinding",
      metadata: { name: "hub-administrators" },
      roleRef: { apiGroup: rbacGroup, kind: "ClusterRole", name: "hub-administrator" },
      subjects: accounts.map((account) => ({
        kind: "ServiceAccount",
        name: account,
        namespace: systemNamespace,
      })),
    },
    impersonation(name, systemNamespace, accounts),
    {
      apiVersion: rbac,
      kind: "RoleBinding",
      metadata: { name, namespace: systemNamespace },
      roleRef: { apiGroup: rbacGroup, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name: "web", namespace: systemNamespace }],
    },
  ];
}

function impersonation(name: string, namespace: string, accounts: string[]): KubernetesObject {
  return {
    apiVersion: rbac,
    kind: "Role",
    metadata: { name, namespace },
    // A rule without names would be one for every account.
    rules:
      accounts.length === 0
        ? []
        : [
            {
              apiGroups: [""],
              resources: ["serviceaccounts"],
              resourceNames: accounts,
              verbs: ["impersonate"],
            },
          ],
  };
}

function annotationsOf(person: {
  subject: string;
  displayName?: string;
  email?: string;
}): Record<string, string> {
  return {
    ...(person.subject && { [annotation.subject]: person.subject }),
    ...(person.displayName && { [annotation.displayName]: person.displayName }),
    ...(person.email && { [annotation.email]: person.email }),
  };
}

/** The `Tenant` resource that asks for a namespace. */
export function tenantRequest(person: TenantPerson): KubernetesObject {
  return {
    apiVersion: API_VERSION,
    kind: "Tenant",
    metadata: { name: person.uid },
    spec: {
      subject: person.subject,
      ...(person.displayName && { displayName: person.displayName.slice(0, 256) }),
      ...(person.email && { email: person.email.slice(0, 320) }),
    },
  };
}
