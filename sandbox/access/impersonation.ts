import { authorize, forbiddenMessage } from "./rbac.ts";
import type { Attributes, RbacReader, User } from "./types.ts";

const AUTHENTICATION = "authentication.k8s.io";

export type Impersonation = { user: User } | { forbidden: string; attributes: Attributes };

/**
 * Who a request acts as once its `Impersonate-*` headers are obeyed: every part (user or service account, groups, uid,
 * extra values) needs the `impersonate` verb. `request` is what is then asked for: refusals name it.
 */
export function impersonate(by: User, wanted: User, request: Attributes, reader: RbacReader): Impersonation {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(wanted.name);
  const [, namespace = "", name = ""] = account ?? [];
  const needed: Attributes[] = [
    account
      ? { verb: "impersonate", group: "", version: "v1", resource: "serviceaccounts", namespace, name }
      : { verb: "impersonate", group: "", version: "v1", resource: "users", name: wanted.name },
    ...wanted.groups.map((group) => ({
      verb: "impersonate",
      group: "",
      version: "v1",
      resource: "groups",
      name: group,
    })),
  ];
  if (wanted.uid !== undefined) {
    needed.push({
      verb: "impersonate",
      group: AUTHENTICATION,
      version: "v1",
      resource: "uids",
      name: wanted.uid,
    });
  }
  for (const [key, values] of Object.entries(wanted.extra ?? {})) {
    for (const value of values) {
      needed.push({
        verb: "impersonate",
        group: AUTHENTICATION,
        version: "v1",
        resource: "userextras",
        subresource: key,
        name: value,
      });
    }
  }
  for (const attributes of needed) {
    if (authorize(by, attributes, reader).allowed) continue;
    const what = account
      ? "serviceaccount"
      : wanted.name.startsWith("system:node:")
        ? "arbitrary-node"
        : "user-info";
    // Who has acted as somebody before is told which right is missing; others, of the newer rights as well.
    if (known(reader).has(by.name)) return { forbidden: forbiddenMessage(by, attributes), attributes };
    const refused = { ...request, verb: `impersonate-on:${what}:${request.verb}` };
    return { forbidden: forbiddenMessage(by, refused), attributes: refused };
  }
  const names = known(reader);
  if (names.size >= MOST) names.clear();
  names.add(by.name);
  return { user: completed(wanted, namespace) };
}

const MOST = 1_000;
const succeeded = new WeakMap<RbacReader, Set<string>>();

/** Names of those whose impersonation has succeeded. */
function known(reader: RbacReader): Set<string> {
  let names = succeeded.get(reader);
  if (!names) {
    names = new Set();
    succeeded.set(reader, names);
  }
  return names;
}

/** Groups that come with being somebody: a service account's own, and being signed in at all. */
function completed(wanted: User, namespace: string): User {
  const groups = [...wanted.groups];
  if (namespace !== "" && groups.length === 0) {
    groups.push("system:serviceaccounts", `system:serviceaccounts:${namespace}`);
  }
  if (wanted.name === "system:anonymous") {
    if (!groups.includes("system:unauthenticated")) groups.push("system:unauthenticated");
  } else if (!groups.includes("system:authenticated")) groups.push("system:authenticated");
  return { ...wanted, groups };
}
