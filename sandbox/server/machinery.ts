import {
  type ApplyConflict,
  ApplyError,
  applyDefaults,
  blocksRules,
  conflictStatus,
  DecodeError,
  defaultErrors,
  type FieldError,
  type JsonObject,
  PatchError,
  prune,
  RULES_SKIPPED,
  ruleErrors,
  type Schema,
  Schemas,
  serverSideApply,
  strategicMerge,
  structuralErrors,
  trackUpdate,
  unknownFields,
  validate,
  validateRules,
} from "../schema/index.ts";
import { type Fields, groupVersion, type KubeObject, timestamp } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { badRequest, StatusError } from "./status.ts";

type Doc = ConstructorParameters<typeof Schemas>[0];

/** The schema module in the server's terms: kinds by type, its errors as answers. */
export class Machinery {
  readonly #schemas: Schemas;
  readonly #byType = new WeakMap<ResourceType, Schema>();

  constructor(document: { schemas: Record<string, Fields> }) {
    this.#schemas = new Schemas(document as Doc);
  }

  /** A type's schema, made once. Throws when a built-in kind has none. */
  schemaOf(type: ResourceType): Schema {
    let schema = this.#byType.get(type);
    if (!schema) {
      schema = type.custom
        ? this.#schemas.structural(type.custom.openAPIV3Schema as JsonObject)
        : this.#schemas.builtin({ group: type.group, version: type.version, kind: type.kind });
      if (!schema)
        throw new Error(`there is no schema for ${groupVersion(type.group, type.version)} ${type.kind}`);
      this.#byType.set(type, schema);
    }
    return schema;
  }

  /** The schema of a kind that is only ever sent, never kept, such as a TokenReview. */
  kind(group: string, version: string, kind: string): Schema | undefined {
    return this.#schemas.builtin({ group, version, kind });
  }

  unknownFields(schema: Schema, object: KubeObject): string[] {
    return unknownFields(schema, json(object));
  }

  /** The object as its kind, with defaults. Throws 400 for a value of the wrong type. */
  read(schema: Schema, object: KubeObject): KubeObject {
    try {
      return kube(applyDefaults(schema, prune(schema, json(object))));
    } catch (error) {
      throw error instanceof DecodeError ? badRequest(error.message) : error;
    }
  }

  /** What the schema refuses, its rules included. */
  validate(schema: Schema, object: KubeObject, old: KubeObject | undefined): FieldError[] {
    const errors = validate(schema, json(object), old && json(old));
    if (!blocksRules(errors)) return [...errors, ...validateRules(schema, json(object), old && json(old))];
    return hasRules(schema) ? [...errors, RULES_SKIPPED] : errors;
  }

  /** What is wrong with a custom kind's `openAPIV3Schema`. */
  structuralErrors(openAPIV3Schema: unknown, path: string): FieldError[] {
    const document = openAPIV3Schema as JsonObject;
    const errors = structuralErrors(document, path);
    if (errors.length > 0) return errors;
    const schema = this.#schemas.structural(document);
    return [...defaultErrors(schema, path), ...ruleErrors(schema, path)];
  }

  /** Throws 409 for conflicts and 500 for a manifest that cannot be merged, as the API server does. */
  apply(
    type: ResourceType,
    live: KubeObject | undefined,
    applied: KubeObject,
    options: { manager: string; force: boolean; subresource: string; now: Date },
  ): KubeObject {
    try {
      const { object, conflicts } = serverSideApply({
        ...options,
        schema: this.schemaOf(type),
        live: live && json(live),
        applied: json(applied),
        now: timestamp(options.now),
        hasStatus: type.subresources.has("status"),
      });
      if (conflicts.length > 0) throw applyConflict(conflicts);
      return kube(object);
    } catch (error) {
      if (!(error instanceof ApplyError)) throw error;
      throw new StatusError(500, undefined, error.message);
    }
  }

  track(
    type: ResourceType,
    before: KubeObject | undefined,
    after: KubeObject,
    options: { manager: string; subresource: string; now: Date },
  ): KubeObject {
    return kube(
      trackUpdate({
        schema: this.schemaOf(type),
        before: before && json(before),
        after: json(after),
        manager: options.manager,
        subresource: options.subresource,
        now: timestamp(options.now),
        hasStatus: type.subresources.has("status"),
      }),
    );
  }

  strategicMerge(type: ResourceType, live: KubeObject, patch: Fields): KubeObject {
    try {
      return kube(strategicMerge(this.schemaOf(type), json(live), patch as JsonObject));
    } catch (error) {
      throw error instanceof PatchError ? new StatusError(500, undefined, error.message) : error;
    }
  }
}

function applyConflict(conflicts: ApplyConflict[]): StatusError {
  const { message, causes } = conflictStatus(conflicts);
  return new StatusError(409, "Conflict", message, { causes });
}

const rules = new WeakMap<Schema, boolean>();

function hasRules(schema: Schema): boolean {
  const known = rules.get(schema);
  if (known !== undefined) return known;
  rules.set(schema, false);
  const below = [...Object.values(schema.properties ?? {}), schema.additionalProperties, schema.items];
  const found = (schema.validations?.length ?? 0) > 0 || below.some((child) => child && hasRules(child));
  rules.set(schema, found);
  return found;
}

function json(object: KubeObject): JsonObject {
  return object as JsonObject;
}

function kube(object: JsonObject): KubeObject {
  return object as KubeObject;
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
