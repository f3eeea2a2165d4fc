import type { Backend } from "../cluster.ts";
import type { KubeObject } from "../objects.ts";
import type { ResourceType } from "../registry.ts";
import type { FieldError } from "../status.ts";
import type { WriteOptions } from "../write.ts";

export interface KindContext {
  backend: Backend;
  type: ResourceType;
  options: WriteOptions;
}

/** What is particular about a kind. Everything here is optional: most kinds have nothing. */
export interface KindRules {
  /** The server counts changes of the spec. */
  generation?: boolean;
  /** The status may be set on creation and by an ordinary update. */
  keepsStatus?: boolean;
  /** Folds write-only fields into those that are kept. */
  convert?(object: KubeObject, live: KubeObject | undefined): void;
  /** Defaults that depend on other fields. */
  defaults?(object: KubeObject, live: KubeObject | undefined): void;
  create?(object: KubeObject, context: KindContext): void;
  update?(object: KubeObject, live: KubeObject, context: KindContext): void;
  validate?(object: KubeObject, live: KubeObject | undefined, backend: Backend): FieldError[];
  /** Takes what is scarce (addresses, ports). Throws a StatusError when it is taken. */
  allocate?(object: KubeObject, live: KubeObject | undefined, context: KindContext): void;
  /** Keeps a deleted object although it has no finalizers. */
  holds?(object: KubeObject): boolean;
}

const NONE: KindRules = {};
const rules = new Map<string, KindRules>();

export function rulesOf(type: ResourceType): KindRules {
  return rules.get(type.storage) ?? NONE;
}

export function register(table: Record<string, KindRules>): void {
  for (const [storage, entry] of Object.entries(table)) rules.set(storage, entry);
}
