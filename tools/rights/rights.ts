import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { takenApart } from "../../lib/install/granted.ts";
import { listAt, textAt } from "../../lib/install/paths.ts";
import type { PolicyRule } from "../../lib/install/rules.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { root } from "../../scripts/runtime.mjs";

/** One right of one account: one verb on one resource, perhaps of one name. */
export interface Right {
  /** Whose: `sealos-system:web`, or for tenants' roles the role's name. */
  account: string;
  verb: string;
  group: string;
  resource: string;
  /** Absent: any name. */
  name?: string;
  /** Absent: in all namespaces. */
  namespace?: string;
  /** The role that gives it, and the file it is in. */
  role: string;
  file: string;
}

export const ACCOUNTS = ["sealos-system:web", "sealos-system:manager"] as const;

/** What people and their installers hold, by the ClusterRole that they are bound to. */
const PEOPLE: Record<string, string> = {
  "hub-tenant-owner": "tenants",
  "hub-administrator": "administrators",
};

/** Under whose rights an account's requests are counted; undefined for accounts that are none of the Hub's. */
export function holderOf(account: string): string | undefined {
  if (ACCOUNTS.some((each) => each === account)) return account;
  if (account.startsWith("ns-")) return "tenants";
  return account.startsWith("sealos-system:member-") ? "administrators" : undefined;
}

/**
 * The rights of people, from their ClusterRoles. A tenant's editors and viewers hold parts of what its owner holds, so
 * they are not told apart.
 */
export function peoplesRights(): Right[] {
  const objects = ["deploy/rbac", "deploy/grants"].flatMap(documents);
  return Object.entries(PEOPLE).flatMap(([name, account]) =>
    objects
      .filter(({ object }) => object.kind === "ClusterRole" && object.metadata.name === name)
      .flatMap((role) => withAggregated(role, objects))
      .flatMap(({ object, file }) =>
        (listAt(object, "rules") as PolicyRule[]).flatMap(takenApart).map((right) => ({
          account,
          verb: right.verbs[0] ?? "",
          group: right.apiGroups?.[0] ?? "",
          resource: right.resources?.[0] ?? "",
          role: object.metadata.name,
          file,
        })),
      ),
  );
}

/** Every right that the files of `deploy/rbac` and `deploy/grants` give to the Hub's two accounts. */
export function deployedRights(): Right[] {
  const objects = ["deploy/rbac", "deploy/grants"].flatMap(documents);
  const rights: Right[] = [];
  for (const { object: binding } of objects.filter(({ object }) => object.kind.endsWith("Binding"))) {
    const { namespace } = binding.metadata;
    const kind = textAt(binding, "roleRef.kind");
    const name = textAt(binding, "roleRef.name");
    const roles = objects.filter(
      ({ object }) =>
        object.kind === kind &&
        object.metadata.name === name &&
        (kind === "ClusterRole" || object.metadata.namespace === namespace),
    );
    for (const subject of listAt(binding, "subjects")) {
      const account = `${textAt(subject, "namespace")}:${textAt(subject, "name")}`;
      if (!ACCOUNTS.some((each) => each === account)) continue;
      for (const role of roles.flatMap((each) => withAggregated(each, objects)))
        for (const right of (listAt(role.object, "rules") as PolicyRule[]).flatMap(takenApart))
          rights.push({
            account,
            verb: right.verbs[0] ?? "",
            group: right.apiGroups?.[0] ?? "",
            resource: right.resources?.[0] ?? "",
            ...(right.resourceNames?.[0] === undefined ? {} : { name: right.resourceNames[0] }),
            ...(namespace ? { namespace } : {}),
            role: role.object.metadata.name,
            file: role.file,
          });
    }
  }
  return rights;
}

interface Document {
  object: KubernetesObject;
  file: string;
}

function documents(folder: string): Document[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(root, folder, name), "utf8")).map((document) => ({
        object: document.toJS() as KubernetesObject,
        file: `${folder}/${name}`,
      })),
    )
    .filter(({ object }) => object !== null);
}

/** The role itself, and those whose rules the API server adds to it. */
function withAggregated(role: Document, all: readonly Document[]): Document[] {
  const selectors = listAt(role.object, "aggregationRule.clusterRoleSelectors") as {
    matchLabels?: Record<string, string>;
  }[];
  const added = all.filter(
    ({ object }) =>
      object.kind === "ClusterRole" &&
      selectors.some(({ matchLabels = {} }) =>
        Object.entries(matchLabels).every(([key, value]) => object.metadata.labels?.[key] === value),
      ),
  );
  return [role, ...added];
}
