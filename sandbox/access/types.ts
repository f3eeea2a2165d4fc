import type { JsonObject } from "../schema/types.ts";

export interface User {
  name: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

/** What a request wants to do. A request for no resource has only `verb` and `path`. */
export interface Attributes {
  verb: string;
  path?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  namespace?: string;
}

/** `rbac.authorization.k8s.io/v1 PolicyRule` */
export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface RoleRef {
  apiGroup?: string;
  kind: string;
  name: string;
}

export interface Subject {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
}

export interface Binding {
  metadata: { name: string; namespace?: string };
  roleRef: RoleRef;
  subjects?: Subject[];
}

/** Roles and bindings as they are now. Rules are undefined when there is no such role. */
export interface RbacReader {
  clusterRole(name: string): readonly PolicyRule[] | undefined;
  role(namespace: string, name: string): readonly PolicyRule[] | undefined;
  clusterRoleBindings(): Iterable<Binding>;
  roleBindings(namespace: string): Iterable<Binding>;
}

export interface Decision {
  allowed: boolean;
  reason: string;
}

export type { JsonObject };
