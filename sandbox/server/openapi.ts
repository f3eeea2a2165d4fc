import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Fields, groupVersion, isFields } from "./objects.ts";
import type { Registry, ResourceType } from "./registry.ts";

export interface SchemaDocument {
  kubernetes: string;
  schemas: Record<string, Fields>;
}

export function readSchemas(path = new URL("../kubernetes/schemas.json", import.meta.url)): SchemaDocument {
  return JSON.parse(readFileSync(path, "utf8")) as SchemaDocument;
}

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const QUERY = (name: string, type = "string") => ({ name, in: "query", schema: { type, uniqueItems: true } });
const WRITES = [QUERY("dryRun"), QUERY("fieldManager"), QUERY("fieldValidation")];

/** OpenAPI v3 documents by group version, made when first asked for and kept until the kinds change. */
export class OpenAPI {
  readonly #document: SchemaDocument;
  readonly #registry: Registry;
  readonly #byKind = new Map<string, string>();
  #cache = new Map<string, { text: string; hash: string }>();
  #generation = -1;

  constructor(document: SchemaDocument, registry: Registry) {
    this.#document = document;
    this.#registry = registry;
    for (const [name, schema] of Object.entries(document.schemas)) {
      const kinds = schema["x-kubernetes-group-version-kind"];
      if (!Array.isArray(kinds)) continue;
      for (const { group, version, kind } of kinds)
        this.#byKind.set(`${groupVersion(group, version)}/${kind}`, name);
    }
  }

  /** The name of a built-in kind's schema. */
  nameOf(apiVersion: string, kind: string): string | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  /** `/openapi/v3`: which documents there are, each under a URL that changes with its content. */
  index() {
    const paths: Record<string, { serverRelativeURL: string }> = {};
    for (const apiVersion of this.#registry.groupVersions()) {
      const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${this.document(apiVersion)?.hash}` };
    }
    return { paths };
  }

  document(apiVersion: string): { text: string; hash: string } | undefined {
    if (this.#generation !== this.#registry.generation) {
      this.#generation = this.#registry.generation;
      this.#cache = new Map();
    }
    const known = this.#cache.get(apiVersion);
    if (known) return known;
    const types = this.#registry.inGroupVersion(apiVersion);
    if (!types) return;
    const text = JSON.stringify(this.#build(types));
    const made = { text, hash: createHash("sha512").update(text).digest("hex").toUpperCase() };
    this.#cache.set(apiVersion, made);
    return made;
  }

  #build(types: ResourceType[]) {
    const schemas: Record<string, unknown> = {};
    const paths: Record<string, unknown> = {};
    const include = (name: string) => {
      const schema = this.#document.schemas[name];
      if (schemas[name] || !schema) return;
      schemas[name] = schema;
      for (const found of references(schema)) include(found);
    };
    for (const name of ["Status", "DeleteOptions", "ObjectMeta", "ListMeta", "Patch", "WatchEvent"])
      include(`${META}.${name}`);
    for (const type of types) {
      const name = type.custom
        ? customName(type)
        : this.#byKind.get(`${groupVersion(type.group, type.version)}/${type.kind}`);
      if (!name) continue;
      if (type.custom) schemas[name] = customSchema(type);
      include(name);
      const listName = `${name}List`;
      if (!this.#document.schemas[listName]) schemas[listName] = listSchema(type, name);
      else include(listName);
      Object.assign(paths, resourcePaths(type, name, listName));
    }
    return {
      openapi: "3.0.0",
      info: { title: "Kubernetes", version: this.#document.kubernetes },
      paths,
      components: { schemas },
    };
  }
}

function* references(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* references(item);
  } else if (isFields(value)) {
    const target = value.$ref;
    if (typeof target === "string") yield target.slice(target.lastIndexOf("/") + 1);
    for (const item of Object.values(value)) yield* references(item);
  }
}

/** As the API server names them: the group's labels reversed. */
function customName(type: ResourceType): string {
  return `${type.group.split(".").reverse().join(".")}.${type.version}.${type.kind}`;
}

function kindOf({ group, version, kind }: ResourceType) {
  return { group, version, kind };
}

function customSchema(type: ResourceType): Fields {
  const schema = structuredClone(type.custom?.openAPIV3Schema ?? {}) as Fields;
  const properties = isFields(schema.properties) ? schema.properties : {};
  schema.properties = {
    ...properties,
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { allOf: [reference(`${META}.ObjectMeta`)] },
  };
  schema.type ??= "object";
  schema["x-kubernetes-group-version-kind"] = [kindOf(type)];
  return schema;
}

function listSchema(type: ResourceType, name: string): Fields {
  return {
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { allOf: [reference(`${META}.ListMeta`)] },
      items: { type: "array", items: { allOf: [reference(name)] } },
    },
    "x-kubernetes-group-version-kind": [{ ...kindOf(type), kind: type.listKind }],
  };
}

const ACTIONS: Record<string, { method: string; on: "item" | "collection"; action: string }> = {
  get: { method: "get", on: "item", action: "get" },
  list: { method: "get", on: "collection", action: "list" },
  create: { method: "post", on: "collection", action: "post" },
  update: { method: "put", on: "item", action: "put" },
  patch: { method: "patch", on: "item", action: "patch" },
  delete: { method: "delete", on: "item", action: "delete" },
  deletecollection: { method: "delete", on: "collection", action: "deletecollection" },
};

function resourcePaths(type: ResourceType, name: string, listName: string): Fields {
  const base = `${type.group ? `/apis/${type.group}` : "/api"}/${type.version}${type.namespaced ? "/namespaces/{namespace}" : ""}/${type.plural}`;
  const paths: Record<string, Fields> = {};
  const add = (path: string, verb: string, answer: string, kind: Fields) => {
    const action = ACTIONS[verb];
    if (!action) return;
    const target = `${path}${action.on === "item" && path === base ? "/{name}" : ""}`;
    paths[target] ??= {};
    paths[target][action.method] = operation(action.action, verb === "list" ? listName : answer, kind);
  };
  for (const verb of type.verbs) add(base, verb, name, kindOf(type));
  for (const [subresource, { group, version, kind, verbs }] of type.subresources) {
    for (const verb of verbs) add(`${base}/{name}/${subresource}`, verb, name, { group, version, kind });
  }
  return paths;
}

function operation(action: string, answer: string, kind: Fields): Fields {
  const content = { "application/json": { schema: reference(answer) } };
  return {
    ...(["post", "put", "patch"].includes(action) && {
      parameters: action === "patch" ? [...WRITES, QUERY("force", "boolean")] : WRITES,
      requestBody: {
        required: true,
        content: { "*/*": { schema: reference(action === "patch" ? `${META}.Patch` : answer) } },
      },
    }),
    ...(action.startsWith("delete") && { parameters: [QUERY("dryRun"), QUERY("propagationPolicy")] }),
    responses: { 200: { description: "OK", content } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  };
}
