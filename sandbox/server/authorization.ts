import { authorize, type Binding, type PolicyRule, type RbacReader } from "../access/index.ts";
import type { Entry, Store } from "../store/store.ts";
import type { User } from "./authentication.ts";
import type { Backend } from "./cluster.ts";

export interface Attributes {
  verb: string;
  /** Set for paths that are no resources. */
  path?: string;
  group: string;
  version: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
}

/** What the server asks of the access module. */
export interface Access {
  authorize(backend: Backend, user: User, attributes: Attributes): { allowed: boolean; reason: string };
}

const RBAC = "rbac.authorization.k8s.io/";
const parsed = new WeakMap<Entry, unknown>();

/** An entry's object, parsed once for as long as the entry lives. */
export function parsedOnce<T>(entry: Entry): T {
  let object = parsed.get(entry);
  if (object === undefined) {
    object = JSON.parse(entry.body);
    parsed.set(entry, object);
  }
  return object as T;
}

/** Roles and bindings as the store has them now. */
export function rbacOf(store: Store): RbacReader {
  const rules = (entry: Entry | undefined): readonly PolicyRule[] | undefined =>
    entry && (parsedOnce<{ rules?: PolicyRule[] | null }>(entry).rules ?? []);
  const bindings = function* (resource: string, namespace: string): Generator<Binding> {
    for (const entry of store.list(`${RBAC}${resource}`, namespace)) yield parsedOnce<Binding>(entry);
  };
  return {
    clusterRole: (name) => rules(store.get(`${RBAC}clusterroles`, "", name)),
    role: (namespace, name) => rules(store.get(`${RBAC}roles`, namespace, name)),
    clusterRoleBindings: () => bindings("clusterrolebindings", ""),
    roleBindings: (namespace) => bindings("rolebindings", namespace),
  };
}

/** Role-based access control over the objects in the store. */
export function loadAccess(): Access {
  return { authorize: (backend, user, attributes) => authorize(user, attributes, rbacOf(backend.store)) };
}
