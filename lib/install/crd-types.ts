import { isRecord } from "../images/scan.ts";
import type { FieldSchema, KindSchema, TypeSource } from "./render-types.ts";

const TEXT: FieldSchema = { type: "string" };
const TEXTS: FieldSchema = { type: "object", additionalProperties: TEXT };

/** Of ObjectMeta, what people write. */
const METADATA: FieldSchema = {
  type: "object",
  properties: {
    name: TEXT,
    namespace: TEXT,
    labels: TEXTS,
    annotations: TEXTS,
    finalizers: { type: "array", items: TEXT, "x-kubernetes-list-type": "set" },
    ownerReferences: { type: "array", items: { type: "object" } },
  },
  "x-kubernetes-preserve-unknown-fields": true,
};

/**
 * A cluster's types and, for kinds it does not serve yet, those that the given CustomResourceDefinitions bring: a
 * plan is made before the provider is installed.
 */
export function withDefinitions(types: TypeSource, definitions: readonly unknown[]): TypeSource {
  const brought = new Map<string, { schema: KindSchema; namespaced: boolean }>();
  for (const definition of definitions) {
    const spec = isRecord(definition) && isRecord(definition.spec) ? definition.spec : {};
    const names = isRecord(spec.names) ? spec.names : {};
    for (const version of Array.isArray(spec.versions) ? spec.versions : []) {
      if (!isRecord(version) || version.served === false) continue;
      const schema = isRecord(version.schema) ? version.schema.openAPIV3Schema : undefined;
      brought.set(`${String(spec.group)}/${String(version.name)}/${String(names.kind)}`, {
        schema: kindSchema((schema ?? { "x-kubernetes-preserve-unknown-fields": true }) as FieldSchema),
        namespaced: spec.scope !== "Cluster",
      });
    }
  }
  return {
    async schema(apiVersion, kind) {
      return (await types.schema(apiVersion, kind)) ?? brought.get(`${apiVersion}/${kind}`)?.schema;
    },
    async find(apiVersion, kind) {
      return (await types.find(apiVersion, kind)) ?? brought.get(`${apiVersion}/${kind}`);
    },
  };
}

/** CRD schemas hold no references; only the metadata every object has is missing. */
function kindSchema(root: FieldSchema): KindSchema {
  const properties = { ...root.properties, apiVersion: TEXT, kind: TEXT, metadata: METADATA };
  return { root: { ...root, type: "object", properties }, resolve: (node) => node };
}
