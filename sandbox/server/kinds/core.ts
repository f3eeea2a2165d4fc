import { at, type Fields, type KubeObject, list, text } from "../objects.ts";
import type { KindRules } from "./index.ts";

const namespaces: KindRules = {
  keepsStatus: true,
  create(object) {
    object.spec = { finalizers: ["kubernetes"] };
    object.status = { phase: "Active" };
    object.metadata.labels = {
      ...object.metadata.labels,
      "kubernetes.io/metadata.name": object.metadata.name,
    };
  },
  update(object, live) {
    object.spec = live.spec;
    object.status = live.metadata.deletionTimestamp
      ? { ...(live.status as Fields), phase: "Terminating" }
      : live.status;
  },
  holds: (object: KubeObject) => list(object, "spec", "finalizers").length > 0,
};

const secrets: KindRules = {
  convert(object) {
    const plain = object.stringData as Record<string, string> | undefined;
    if (plain) {
      const data = { ...(object.data as Fields) };
      for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(value).toString("base64");
      object.data = data;
    }
    delete object.stringData;
  },
  defaults(object) {
    object.type ??= "Opaque";
  },
};

const customResourceDefinitions: KindRules = {
  generation: true,
  defaults(object) {
    const names = at(object, "spec", "names") as Fields | undefined;
    if (!names) return;
    names.singular ??= String(names.kind).toLowerCase();
    names.listKind ??= `${names.kind}List`;
    const spec = object.spec as Fields;
    spec.conversion ??= { strategy: "None" };
  },
  create(object) {
    object.status = { conditions: [], acceptedNames: { plural: "", kind: "" }, storedVersions: [] };
  },
  validate(object) {
    const expected = `${text(object, "spec", "names", "plural")}.${text(object, "spec", "group")}`;
    if (object.metadata.name === expected) return [];
    return [
      {
        type: "FieldValueInvalid",
        field: "metadata.name",
        message: `Invalid value: "${object.metadata.name}": must be spec.names.plural+"."+spec.group`,
      },
    ];
  },
};

export const core: Record<string, KindRules> = {
  namespaces,
  secrets,
  "apiextensions.k8s.io/customresourcedefinitions": customResourceDefinitions,
};
