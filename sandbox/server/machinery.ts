import * as schema from "../schema/index.ts";
import type { Fields, KubeObject } from "./objects.ts";
import { badRequest, type FieldError, StatusError } from "./status.ts";

/** A kind's schema, made and understood only by the schema module. */
export type Schema = object;

export interface ApplyResult {
  object: KubeObject;
  conflicts: { manager: string /** The owner as messages name it. */; who: string; field: string }[];
}

/** What the server asks of the schema module: one instance serves built-in and custom kinds alike. */
export interface Machinery {
  builtin(gvk: { group: string; version: string; kind: string }): Schema | undefined;
  structural(openAPIV3Schema: Fields, options?: { embedded?: boolean }): Schema;
  validate(schema: Schema, object: unknown, old?: unknown): FieldError[];
  unknownFields(schema: Schema, object: unknown): string[];
  prune(schema: Schema, object: unknown): void;
  applyDefaults(schema: Schema, object: unknown): void;
  serverSideApply(options: {
    schema: Schema | undefined;
    live: KubeObject | undefined;
    applied: KubeObject;
    manager: string;
    force: boolean;
    subresource: string;
    now: string;
  }): ApplyResult;
  trackUpdate(options: {
    schema: Schema | undefined;
    before: KubeObject | undefined;
    after: KubeObject;
    manager: string;
    subresource: string;
    now: string;
  }): KubeObject;
  strategicMerge(schema: Schema | undefined, live: Fields, patch: Fields): Fields;
  validateRules(schema: Schema, object: unknown, old: unknown): FieldError[];
}

/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const base: Fields =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...(target as Fields) } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete base[key];
    else base[key] = mergePatch(base[key], value);
  }
  return base;
}

/** A schema module's failure in the words of the API server. */
function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof schema.DecodeError || error instanceof schema.PatchError)
      throw badRequest(error.message);
    if (error instanceof schema.ApplyError) throw new StatusError(500, undefined, error.message);
    throw error;
  }
}

/** Puts another object's fields in the place of this one's. */
function become(object: Fields, other: Fields): void {
  if (object === other) return;
  for (const key of Object.keys(object)) if (!Object.hasOwn(other, key)) delete object[key];
  Object.assign(object, other);
}

/** The schema module on the OpenAPI document of the built-in kinds. */
export function loadMachinery(document: { schemas: Record<string, unknown> }): Machinery {
  const schemas = new schema.Schemas(document as { schemas: Record<string, schema.JsonObject> });
  const json = (value: unknown) => value as schema.JsonObject;
  const real = (value: Schema) => value as schema.Schema;
  return {
    builtin: (gvk) => schemas.builtin(gvk),
    structural: (openAPIV3Schema) => schemas.structural(json(openAPIV3Schema)),
    validate: (type, object, old) =>
      schema.validate(real(type), json(object), old === undefined ? undefined : json(old)),
    unknownFields: (type, object) =>
      schema.unknownFields(real(type), json(object)).map((text) => text.slice('unknown field "'.length, -1)),
    prune: (type, object) => translated(() => become(json(object), schema.prune(real(type), json(object)))),
    applyDefaults: (type, object) => become(json(object), schema.applyDefaults(real(type), json(object))),
    serverSideApply: (options) =>
      translated(() => {
        const { object, conflicts } = schema.serverSideApply({
          ...options,
          schema: real(options.schema ?? {}),
          live: options.live && json(options.live),
          applied: json(options.applied),
        });
        return {
          object: object as unknown as KubeObject,
          conflicts: conflicts.map(({ manager, path, who }) => ({ manager, who, field: path })),
        };
      }),
    trackUpdate: (options) =>
      schema.trackUpdate({
        ...options,
        schema: real(options.schema ?? {}),
        before: options.before && json(options.before),
        after: json(options.after),
      }) as unknown as KubeObject,
    strategicMerge: (type, live, patch) =>
      translated(() => schema.strategicMerge(type && real(type), json(live), json(patch))),
    validateRules: (type, object, old) =>
      schema.validateRules(real(type), json(object), old === undefined ? undefined : json(old)),
  };
}
