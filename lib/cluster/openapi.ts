import type { Connection } from "./connection.ts";

/** A schema of an OpenAPI 3 document, with the `x-kubernetes-*` extensions. */
export interface SchemaNode {
  $ref?: string;
  type?: string;
  format?: string;
  allOf?: SchemaNode[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-patch-merge-key"?: string;
  "x-kubernetes-patch-strategy"?: string;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  [extension: string]: unknown;
}

/** A kind's schema and the document it refers into. */
export interface OpenAPISchema {
  root: SchemaNode;
  components: Record<string, SchemaNode>;
  /** Follows `$ref`, also inside a single `allOf`, keeping what stands beside it. */
  resolve(node: SchemaNode): SchemaNode;
}

const INDEX_KEPT_MS = 5_000;

/** The server's OpenAPI v3 documents, one per group and version, read when first asked for and cached by hash. */
export class OpenAPI {
  readonly #connection: Connection;
  readonly #documents = new Map<string, { url: string; document: Promise<Document> }>();
  #index?: { at: number; paths: Promise<Record<string, string>> };

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The schema, or undefined when the server publishes none for this kind. */
  async schema(apiVersion: string, kind: string): Promise<OpenAPISchema | undefined> {
    const known = (await this.#document(apiVersion, false))?.schemas.get(kind);
    return known ?? (await this.#document(apiVersion, true))?.schemas.get(kind);
  }

  async #document(apiVersion: string, fresh: boolean): Promise<Document | undefined> {
    const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
    const url = (await this.#paths(fresh))[path];
    if (!url) return undefined;
    const known = this.#documents.get(path);
    if (known?.url === url) return known.document;
    const document = this.#connection.request("GET", url).then((body) => parse(body as Body, apiVersion));
    this.#documents.set(path, { url, document });
    document.catch(() => this.#documents.delete(path));
    return document;
  }

  #paths(fresh: boolean): Promise<Record<string, string>> {
    const now = performance.now();
    if (!this.#index || now - this.#index.at > (fresh ? 250 : INDEX_KEPT_MS)) {
      const paths = this.#connection.request("GET", "/openapi/v3").then((body) => {
        // kube-apiserver calls this one document text/plain.
        const found = ((typeof body === "string" ? JSON.parse(body) : body) as Index).paths;
        return Object.fromEntries(
          Object.entries(found).map(([key, { serverRelativeURL }]) => [key, serverRelativeURL]),
        );
      });
      this.#index = { at: now, paths };
      paths.catch(() => {
        if (this.#index?.paths === paths) this.#index = undefined;
      });
    }
    return this.#index.paths;
  }
}

interface Index {
  paths: Record<string, { serverRelativeURL: string }>;
}

interface Body {
  components?: { schemas?: Record<string, SchemaNode> };
}

interface Document {
  schemas: Map<string, OpenAPISchema>;
}

function parse(body: Body, apiVersion: string): Document {
  const components = body.components?.schemas ?? {};
  const resolve = (node: SchemaNode): SchemaNode => {
    const { $ref, allOf, ...rest } = node;
    const only = allOf?.length === 1 ? allOf[0] : undefined;
    if (only) return { ...resolve(only), ...rest };
    if (!$ref) return node;
    const target = components[$ref.slice($ref.lastIndexOf("/") + 1)];
    return target ? { ...resolve(target), ...rest } : rest;
  };
  const schemas = new Map<string, OpenAPISchema>();
  for (const root of Object.values(components)) {
    for (const { group, version, kind } of root["x-kubernetes-group-version-kind"] ?? []) {
      if ((group ? `${group}/${version}` : version) === apiVersion) {
        schemas.set(kind, { root, components, resolve });
      }
    }
  }
  return { schemas };
}
