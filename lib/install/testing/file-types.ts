import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { withDefinitions } from "../crd-types.ts";
import type { FieldSchema, TypeSource } from "../render-types.ts";

const repository = join(import.meta.dirname, "..", "..", "..");

interface Resources {
  groupVersions: Record<string, { kind: string; namespaced: boolean }[]>;
}

/** The kinds of Kubernetes and those of the console, from the repository's own data. */
export function fileTypes(definitions: readonly unknown[] = []): TypeSource {
  const folder = join(repository, "sandbox", "kubernetes");
  const { schemas } = JSON.parse(readFileSync(join(folder, "schemas.json"), "utf8")) as {
    schemas: Record<string, FieldSchema>;
  };
  const { groupVersions } = JSON.parse(readFileSync(join(folder, "resources.json"), "utf8")) as Resources;
  const resolve = (node: FieldSchema): FieldSchema => {
    const [only] = (node.allOf as FieldSchema[] | undefined) ?? [];
    const { allOf: _, $ref, ...rest } = node;
    if (only) return { ...resolve(only), ...rest };
    if (typeof $ref !== "string") return node;
    const target = schemas[$ref.slice($ref.lastIndexOf("/") + 1)];
    return target ? { ...resolve(target), ...rest } : rest;
  };
  const roots = new Map<string, FieldSchema>();
  for (const root of Object.values(schemas)) {
    const kinds = root["x-kubernetes-group-version-kind"] as
      | { group: string; version: string; kind: string }[]
      | undefined;
    for (const { group, version, kind } of kinds ?? []) {
      roots.set(`${group ? `${group}/` : ""}${version}/${kind}`, root);
    }
  }
  const builtIn: TypeSource = {
    async schema(apiVersion, kind) {
      const root = roots.get(`${apiVersion}/${kind}`);
      return root && { root, resolve };
    },
    async find(apiVersion, kind) {
      return groupVersions[apiVersion]?.find((each) => each.kind === kind);
    },
  };
  return withDefinitions(builtIn, [...definitions, ...ownDefinitions()]);
}

function ownDefinitions(): unknown[] {
  const folder = join(repository, "deploy", "crds");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((each) => each.toJS()),
    );
}
