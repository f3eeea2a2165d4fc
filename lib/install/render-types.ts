import type { KubernetesObject } from "../model/kubernetes.ts";
import type { PlanNotice } from "../model/plan.ts";

/** What the cluster tells expressions. */
export interface RenderContext {
  namespace: string;
  cloudDomain: string;
  cloudPort: string;
  certSecretName: string;
  serviceAccount: string;
}

export interface RenderedObject {
  object: KubernetesObject;
  file: string;
  line: number;
  /** Undefined when the cluster does not serve the kind (yet). */
  namespaced?: boolean;
}

export interface Rendered {
  objects: RenderedObject[];
  notices: PlanNotice[];
}

/** The parts of an OpenAPI 3 schema that decide what a scalar becomes. */
export interface FieldSchema {
  type?: string;
  format?: string;
  properties?: Record<string, FieldSchema>;
  additionalProperties?: FieldSchema | boolean;
  items?: FieldSchema;
  enum?: unknown[];
  default?: unknown;
  nullable?: boolean;
  oneOf?: FieldSchema[];
  anyOf?: FieldSchema[];
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  [extension: string]: unknown;
}

/** A kind's schema; `resolve` follows references. */
export interface KindSchema {
  root: FieldSchema;
  resolve(node: FieldSchema): FieldSchema;
}

/** What the cluster knows of its kinds. */
export interface TypeSource {
  /** Undefined when the cluster publishes no schema of this kind. */
  schema(apiVersion: string, kind: string): Promise<KindSchema | undefined>;
  find(apiVersion: string, kind: string): Promise<{ namespaced: boolean } | undefined>;
}
