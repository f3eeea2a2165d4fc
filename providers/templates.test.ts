import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { ApiError, Cluster } from "../lib/cluster/index.ts";
import { connectionView } from "../lib/hub/connection.ts";
import { expand, expandAll } from "../lib/images/expand.ts";
import { readFolder, readImage } from "../lib/images/index.ts";
import { instanceView } from "../lib/install/instance-view.ts";
import { pathKeys } from "../lib/install/paths.ts";
import type { InstanceKind } from "../lib/model/image.ts";
import { type KubernetesObject, parseApiVersion } from "../lib/model/kubernetes.ts";
import {
  applyDefaults,
  type JsonObject,
  prune,
  Schemas,
  unknownFields,
  validate,
} from "../sandbox/schema/index.ts";

const schemas = new Schemas(
  JSON.parse(readFileSync(new URL("../sandbox/kubernetes/schemas.json", import.meta.url), "utf8")),
);

interface Version extends JsonObject {
  name: string;
  schema: { openAPIV3Schema: JsonObject };
}
interface Definition extends JsonObject {
  kind: string;
  spec: { group: string; names: { kind: string; plural: string }; versions: Version[] };
}

interface Declared {
  provider: string;
  kind: InstanceKind;
  definition: Definition;
  schema: JsonObject;
}

async function declared(provider: string): Promise<(Declared & { title: string })[]> {
  const folder = new URL(`${provider}/`, import.meta.url);
  const text = readFileSync(new URL("manifests/10-crds.yaml", folder), "utf8");
  const definitions = parseAllDocuments(text).map((each) => each.toJS() as Definition | null);
  const content = readImage(await readFolder(fileURLToPath(folder)));
  return (content.provider?.instances ?? []).map((kind) => {
    const { group, version } = parseApiVersion(kind.apiVersion);
    const definition = definitions.find(
      (each) => each?.spec.group === group && each.spec.names.kind === kind.kind,
    );
    const served = definition?.spec.versions.find(({ name }) => name === version);
    if (!definition || !served) throw new Error(`${provider} brings no definition of ${kind.kind}`);
    return {
      title: `${provider}: ${kind.kind}`,
      provider,
      kind,
      definition,
      schema: served.schema.openAPIV3Schema,
    };
  });
}

const providers = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const all = (await Promise.all(providers.map(declared))).flat();

async function fromTemplate({ kind }: Declared): Promise<KubernetesObject> {
  return parse(await expand(kind.template, { name: "my-first", namespace: "ns-a" }));
}

/** The part of a schema that a path leads to; undefined when the path leads nowhere. */
function schemaAt(schema: JsonObject, path: string): JsonObject | undefined {
  let node: JsonObject | undefined = schema;
  for (const key of pathKeys(path)) {
    const properties = node?.properties as Record<string, JsonObject> | undefined;
    const items = node?.items as JsonObject | undefined;
    const rest: unknown = node?.additionalProperties;
    if (node?.["x-kubernetes-preserve-unknown-fields"] === true && !properties?.[key]) return {};
    node =
      properties?.[key] ??
      (/^\d+$|=/.test(key) ? items : undefined) ??
      (typeof rest === "object" ? (rest as JsonObject) : undefined);
  }
  return node;
}

/** Object paths of the form's leaves. */
function leavesOf(form: Record<string, unknown>): string[] {
  const properties = Object.values((form.properties ?? {}) as Record<string, Record<string, unknown>>);
  return properties.flatMap((schema) => [
    ...(typeof schema["x-path"] === "string" ? [schema["x-path"]] : []),
    ...leavesOf(schema),
  ]);
}

describe.each(all)("$title", (each) => {
  it("starts from an object that its definition accepts, with no field that it does not know", async () => {
    const object = (await fromTemplate(each)) as JsonObject;
    const schema = schemas.structural(each.schema);
    expect(unknownFields(schema, object)).toEqual([]);
    const errors = validate(schema, applyDefaults(schema, prune(schema, object)));
    expect(errors).toEqual([]);
    expect(each.kind.plural).toBe(each.definition.spec.names.plural);
  });

  it("reads and writes only fields that its definition has", () => {
    const { kind, schema } = each;
    expect(leavesOf(kind.form)).toContain("metadata.name");
    const paths = [
      ...leavesOf(kind.form),
      ...kind.columns.map(({ path }) => path),
      ...[kind.status.phase, kind.status.present, kind.status.message, kind.status.desired].flatMap((read) =>
        read ? [read.path] : [],
      ),
    ].filter((path) => !path.startsWith("metadata."));
    expect(paths.filter((path) => schemaAt(schema, path) === undefined)).toEqual([]);
  });

  it("can be listed and opened before its operator has seen it", async () => {
    const object = await fromTemplate(each);
    await expandAll(each.kind.workloads.selector, { name: "my-first", namespace: "ns-a", object });
    const view = instanceView("p", each.kind, object, { workloads: [], pods: [] });
    expect(view.phase).toBe("Pending");
    if (!each.kind.connection) return;
    const cluster = Cluster.at("http://127.0.0.1:9");
    cluster.get = async () => {
      throw new ApiError(404, "there is no such Secret", { reason: "NotFound" });
    };
    const { fields, uris } = await connectionView(cluster, each.kind, object, "en");
    for (const { value } of [...fields, ...uris]) expect(value).not.toMatch(/^$|undefined|\$\{\{/);
  });
});
