import goTypes from "./go-types.gen.json" with { type: "json" };
import { isObject, type Json, type JsonObject, type Schema, type ValidationRule } from "./types.ts";

const PREFIX = "#/components/schemas/";
const OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

interface GoType {
  pointers?: string[];
  nulls?: string[];
  zeros?: string[];
  types?: Record<string, string>;
}
const GO_TYPES: Record<string, GoType> = goTypes;

/** Validation keywords that mean the same in both worlds and are copied as they are. */
const KEYWORDS = [
  "nullable",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
] as const;

/**
 * The schemas of one server: built-in kinds from the OpenAPI document, custom kinds from their CRD. Every schema is
 * resolved once and then shared; callers must not change what they get.
 */
export class Schemas {
  readonly #documents: Record<string, JsonObject>;
  readonly #resolved = new Map<string, Schema>();
  readonly #byKind = new Map<string, string>();
  /** Wrappers around a definition that was still being read (cycles); filled when the outermost read ends. */
  #deferred: { target: Schema; source: Schema }[] = [];
  #depth = 0;

  constructor(document: { schemas: Record<string, JsonObject> }) {
    this.#documents = document.schemas;
    for (const [name, schema] of Object.entries(document.schemas)) {
      const kinds = schema["x-kubernetes-group-version-kind"];
      if (!Array.isArray(kinds)) continue;
      for (const kind of kinds) {
        if (isObject(kind)) this.#byKind.set(`${kind.group}/${kind.version}/${kind.kind}`, name);
      }
    }
  }

  /** The schema of a built-in kind; undefined when the document has none. */
  builtin(kind: { group: string; version: string; kind: string }): Schema | undefined {
    const name = this.#byKind.get(`${kind.group}/${kind.version}/${kind.kind}`);
    return name === undefined ? undefined : this.definition(name);
  }

  /** The schema of an OpenAPI definition by its full name. Throws when there is none. */
  definition(name: string): Schema {
    const known = this.#resolved.get(name);
    if (known) return known;
    const document = this.#documents[name];
    if (!document) throw new Error(`the OpenAPI document has no definition ${name}`);
    const schema: Schema = { builtin: true, name };
    this.#resolved.set(name, schema);
    this.#depth++;
    this.#fill(schema, document);
    this.#annotate(schema, GO_TYPES[name]);
    this.#depth--;
    if (this.#depth === 0) {
      for (const { target, source } of this.#deferred) {
        const own = { ...target };
        Object.assign(target, source, own);
      }
      this.#deferred = [];
    }
    return schema;
  }

  /**
   * The schema of a custom kind from its CRD's `openAPIV3Schema`, with the server's own `apiVersion`, `kind` and
   * `metadata` put in. The CRD must have passed `structuralErrors`.
   */
  structural(openAPIV3Schema: JsonObject): Schema {
    const schema = this.#custom(openAPIV3Schema);
    schema.type ??= "object";
    this.#asObject(schema);
    return schema;
  }

  #asObject(schema: Schema): void {
    const properties: Record<string, Schema> = { ...schema.properties };
    properties.apiVersion = { builtin: true, type: "string" };
    properties.kind = { builtin: true, type: "string" };
    properties.metadata = this.definition(OBJECT_META);
    schema.properties = properties;
  }

  #fill(schema: Schema, document: JsonObject): void {
    if (schema.name === QUANTITY) {
      schema.quantity = true;
      return;
    }
    if (schema.name === INT_OR_STRING) {
      schema.intOrString = true;
      return;
    }
    if (typeof document.type === "string") schema.type = document.type as Schema["type"] & string;
    copyKeywords(schema, document);
    if (Array.isArray(document.enum)) schema.enum = document.enum;
    if (Array.isArray(document.required)) schema.required = document.required as string[];
    if (isObject(document.properties)) {
      schema.properties = Object.fromEntries(
        Object.entries(document.properties).map(([name, child]) => [name, this.#child(child)]),
      );
    }
    if (isObject(document.additionalProperties)) {
      schema.additionalProperties = this.#child(document.additionalProperties);
    }
    if (isObject(document.items)) schema.items = this.#child(document.items);
    copyExtensions(schema, document);
    // An object that declares nothing (RawExtension, FieldsV1) is one opaque value.
    if (schema.type === "object" && !schema.properties && !schema.additionalProperties) {
      schema.preserveUnknown = true;
      schema.mapType = "atomic";
    }
  }

  #child(document: Json): Schema {
    if (!isObject(document)) return { builtin: true };
    const wrapped = Array.isArray(document.allOf) ? document.allOf[0] : document;
    const reference = isObject(wrapped) && typeof wrapped.$ref === "string" ? wrapped.$ref : undefined;
    if (reference === undefined) {
      const schema: Schema = { builtin: true };
      this.#fill(schema, document);
      if (document.default !== undefined) {
        if (isZero(document.default)) schema.always = document.default;
        else schema.default = document.default;
      }
      return schema;
    }
    const source = this.definition(reference.slice(PREFIX.length));
    const own: Schema = { builtin: true };
    copyExtensions(own, document);
    if (isObject(document.default)) own.always = {};
    if (Object.keys(own).length === 1) return source;
    // The definition may still be half read: fill this wrapper once all is.
    this.#deferred.push({ target: own, source });
    return own;
  }

  /** Adds to a struct's fields what only its Go type knows; fields share schemas, so each is copied first. */
  #annotate(schema: Schema, goType: GoType | undefined): void {
    if (!goType || !schema.properties) return;
    const change = (field: string, facts: Partial<Schema>) => {
      const old = schema.properties?.[field];
      if (!old || !schema.properties) return;
      const own: Schema = old.name === undefined ? old : { builtin: true };
      if (own !== old) this.#deferred.push({ target: own, source: old });
      Object.assign(own, facts);
      schema.properties[field] = own;
    };
    for (const field of goType.pointers ?? []) change(field, { pointer: true });
    for (const field of goType.nulls ?? []) change(field, { always: null });
    for (const [field, name] of Object.entries(goType.types ?? {})) {
      if (name.startsWith("[]")) {
        const items = schema.properties[field]?.items;
        if (items && items.name === undefined) items.goType = name.slice(2);
      } else change(field, { goType: name });
    }
    for (const field of goType.zeros ?? []) {
      const child = schema.properties[field];
      if (child && child.always === undefined && child.name === undefined) child.always = zeroOf(child);
    }
  }

  #custom(document: JsonObject): Schema {
    const schema: Schema = { builtin: false };
    if (typeof document.type === "string") schema.type = document.type as Schema["type"] & string;
    copyKeywords(schema, document);
    copyExtensions(schema, document);
    if (document.default !== undefined) schema.default = document.default;
    if (Array.isArray(document.enum)) schema.enum = document.enum;
    if (Array.isArray(document.required)) schema.required = document.required as string[];
    if (isObject(document.properties)) {
      schema.properties = Object.fromEntries(
        Object.entries(document.properties).map(([name, child]) => [
          name,
          isObject(child) ? this.#custom(child) : { builtin: false },
        ]),
      );
    }
    if (isObject(document.additionalProperties)) {
      schema.additionalProperties = this.#custom(document.additionalProperties);
    } else if (document.additionalProperties === true) {
      schema.additionalProperties = { builtin: false, preserveUnknown: true };
    }
    if (isObject(document.items)) schema.items = this.#custom(document.items);
    for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
      const list = document[keyword];
      if (Array.isArray(list)) schema[keyword] = list.filter(isObject).map((s) => this.#custom(s));
    }
    if (isObject(document.not)) schema.not = this.#custom(document.not);
    if (Array.isArray(document["x-kubernetes-validations"])) {
      schema.validations = document["x-kubernetes-validations"].filter(isObject).map(readRule);
    }
    if (schema.embedded) this.#asObject(schema);
    return schema;
  }
}

function readRule(rule: JsonObject): ValidationRule {
  const text = (field: string) => (typeof rule[field] === "string" ? (rule[field] as string) : undefined);
  const out: ValidationRule = { rule: text("rule") ?? "" };
  for (const field of ["message", "messageExpression", "reason", "fieldPath"] as const) {
    const value = text(field);
    if (value !== undefined) out[field] = value;
  }
  if (rule.optionalOldSelf === true) out.optionalOldSelf = true;
  return out;
}

function copyKeywords(schema: Schema, document: JsonObject): void {
  for (const keyword of KEYWORDS) {
    const value = document[keyword];
    if (value !== undefined) Object.assign(schema, { [keyword]: value });
  }
}

function copyExtensions(schema: Schema, document: JsonObject): void {
  const listType = document["x-kubernetes-list-type"];
  if (listType === "atomic" || listType === "set" || listType === "map") schema.listType = listType;
  const keys = document["x-kubernetes-list-map-keys"];
  if (Array.isArray(keys)) schema.listKeys = keys as string[];
  const mapType = document["x-kubernetes-map-type"];
  if (mapType === "atomic" || mapType === "granular") schema.mapType = mapType;
  const mergeKey = document["x-kubernetes-patch-merge-key"];
  if (typeof mergeKey === "string") schema.patchMergeKey = mergeKey;
  const strategy = document["x-kubernetes-patch-strategy"];
  if (typeof strategy === "string") schema.patchStrategy = strategy.split(",");
  if (document["x-kubernetes-preserve-unknown-fields"] === true) schema.preserveUnknown = true;
  if (document["x-kubernetes-int-or-string"] === true) schema.intOrString = true;
  if (document["x-kubernetes-embedded-resource"] === true) schema.embedded = true;
}

function isZero(value: Json): boolean {
  return (
    value === "" || value === 0 || value === false || (isObject(value) && Object.keys(value).length === 0)
  );
}

function zeroOf(schema: Schema): Json {
  if (schema.type === "integer" || schema.type === "number") return 0;
  if (schema.type === "boolean") return false;
  return "";
}
