import {
  type Attributes,
  aggregateClusterRoles,
  authorize,
  type Binding,
  bootstrapRoles,
  type Decision,
  type PolicyRule,
  type RbacReader,
} from "../access/index.ts";
import type { Entry, Store } from "../store/store.ts";
import type { User } from "./authentication.ts";
import { type Backend, parse } from "./cluster.ts";
import { Queue } from "./controllers/queue.ts";
import { type Fields, type KubeObject, same } from "./objects.ts";
import { createObject, systemWrite } from "./write.ts";

export type { Attributes } from "../access/index.ts";

const GROUP = "rbac.authorization.k8s.io";
const CLUSTER_ROLES = `${GROUP}/clusterroles`;
const ROLES = `${GROUP}/roles`;
const CLUSTER_BINDINGS = `${GROUP}/clusterrolebindings`;
const BINDINGS = `${GROUP}/rolebindings`;

/** Roles and bindings as they are in the store, each parsed once. */
export class Access implements RbacReader {
  readonly #store: Store;
  readonly #parsed = new WeakMap<Entry, Fields>();

  constructor(store: Store) {
    this.#store = store;
  }

  authorize(user: User, attributes: Attributes): Decision {
    return authorize(user, attributes, this);
  }

  clusterRole(name: string): readonly PolicyRule[] | undefined {
    return this.#rules(this.#store.get(CLUSTER_ROLES, "", name));
  }

  role(namespace: string, name: string): readonly PolicyRule[] | undefined {
    return this.#rules(this.#store.get(ROLES, namespace, name));
  }

  // Bindings were held against their schema when they were written.
  *clusterRoleBindings(): Generator<Binding> {
    for (const entry of this.#store.list(CLUSTER_BINDINGS)) yield this.#read(entry) as unknown as Binding;
  }

  *roleBindings(namespace: string): Generator<Binding> {
    for (const entry of this.#store.list(BINDINGS, namespace)) yield this.#read(entry) as unknown as Binding;
  }

  #rules(entry: Entry | undefined): readonly PolicyRule[] | undefined {
    return entry && ((this.#read(entry).rules ?? []) as PolicyRule[]);
  }

  #read(entry: Entry): Fields {
    let object = this.#parsed.get(entry);
    if (!object) {
      object = JSON.parse(entry.body) as Fields;
      this.#parsed.set(entry, object);
    }
    return object;
  }
}

/** Makes the roles and bindings that every cluster has, and fills aggregated roles. Later starts only add new ones. */
export function bootstrapAccess(backend: Backend): void {
  for (const given of bootstrapRoles) {
    const object = structuredClone(given) as KubeObject;
    const type = backend.registry.byKind(object.apiVersion, object.kind);
    if (!type || backend.store.get(type.storage, object.metadata.namespace ?? "", object.metadata.name))
      continue;
    createObject(backend, type, object, systemWrite(backend, "kube-apiserver"));
  }
  aggregate(backend);
}

/** Keeps aggregated ClusterRoles in step with the roles that their selectors name. */
export function tendClusterRoles(backend: Backend): () => void {
  const queue = new Queue(() => aggregate(backend));
  const unsubscribe = backend.store.subscribe(CLUSTER_ROLES, () => queue.add("aggregated roles"));
  return () => {
    unsubscribe();
    queue.stop();
  };
}

type ClusterRole = KubeObject & { rules?: PolicyRule[]; aggregationRule?: Fields };

function aggregate(backend: Backend): void {
  const type = backend.registry.byStorage(CLUSTER_ROLES);
  if (!type) return;
  const all = [...backend.store.list(CLUSTER_ROLES)].map((entry) => parse(type, entry) as ClusterRole);
  // An aggregated role may be aggregated into another: three rounds reach every depth that clusters use.
  for (let round = 0; round < 3; round += 1) {
    for (const role of all) {
      if (!role.aggregationRule) continue;
      const rules = aggregateClusterRoles(role, all);
      if (same(rules, role.rules ?? [])) continue;
      // As the controller applies it: by force, and no list at all rather than an empty one.
      const { metadata } = role;
      const applied = {
        apiVersion: role.apiVersion,
        kind: role.kind,
        metadata: { name: metadata.name },
        ...(rules.length > 0 && { rules }),
      };
      const next = backend.machinery.apply(type, role, applied as KubeObject, {
        manager: "clusterrole-aggregation-controller",
        force: true,
        subresource: "",
        now: backend.now(),
      });
      next.metadata = { ...metadata, managedFields: next.metadata.managedFields };
      next.rules = rules.length > 0 ? rules : null;
      role.rules = rules;
      backend.store.put(CLUSTER_ROLES, next);
    }
  }
  backend.store.settle();
}
