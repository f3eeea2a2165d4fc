import { readFileSync } from "node:fs";
import type { Entry } from "../store/store.ts";
import { cells } from "./cells.ts";
import { type Backend, parse } from "./cluster.ts";
import { age } from "./durations.ts";
import { compileJsonPath } from "./jsonpath.ts";
import type { KubeObject } from "./objects.ts";
import type { ResourceType } from "./registry.ts";

/** `meta.k8s.io/v1 Table` and `PartialObjectMetadata`: the shapes other than the object's own that clients ask for. */
export type Form = "Table" | "PartialObjectMetadata" | "Object";

interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

interface Layout {
  /** False for kinds that put their name elsewhere. */
  named: boolean;
  columns: TableColumn[];
}

interface TableColumn {
  definition: ColumnDefinition;
  value(object: KubeObject, now: number): unknown;
}

const NAME: ColumnDefinition = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name must be unique within a namespace.",
  priority: 0,
};

const builtin = JSON.parse(
  readFileSync(new URL("../kubernetes/columns.json", import.meta.url), "utf8"),
) as Record<string, string[]>;
const known = new WeakMap<ResourceType, Layout>();

/** The form that an Accept header asks for first. */
export function formOf(accept: string | undefined): Form {
  for (const choice of (accept ?? "").split(",")) {
    if (!choice.includes("g=meta.k8s.io")) {
      if (/application\/json|\*\/\*/.test(choice)) return "Object";
      continue;
    }
    const as = /;\s*as=([A-Za-z]+)/.exec(choice)?.[1];
    if (!choice.includes("v=v1;") && !/v=v1(;|$)/.test(choice.trim())) continue;
    if (as === "Table") return "Table";
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return "PartialObjectMetadata";
  }
  return "Object";
}

function layoutOf(type: ResourceType): Layout {
  let layout = known.get(type);
  if (!layout) {
    const columns = type.custom
      ? customColumns(type)
      : (builtin[type.storage] ?? ["Age = age"]).map(builtinColumn);
    layout = {
      columns,
      named: type.custom !== undefined || !columns.some(({ definition }) => definition.name === "Name"),
    };
    known.set(type, layout);
  }
  return layout;
}

/** Reads `Name*:type = function argument` or `Name = .path`; `*` marks columns of `-o wide`. */
function builtinColumn(text: string): TableColumn {
  const [head = "", source = ""] = text.split(" = ");
  const [title = "", type = "string"] = head.split(":");
  const name = title.replace("*", "");
  const definition = { name, type, format: "", description: "", priority: title.endsWith("*") ? 1 : 0 };
  const [make = "", ...rest] = source.split(" ");
  if (make.startsWith(".")) return { definition, value: cells.text(make) };
  const cell = cells[make]?.(...rest);
  if (!cell) throw new Error(`columns.json: ${make} is no kind of cell`);
  return { definition, value: cell };
}

function customColumns(type: ResourceType): TableColumn[] {
  const columns = type.custom?.columns ?? [];
  if (columns.length === 0) {
    return [builtinColumn("Age = age")].map((column) => ({
      ...column,
      definition: { ...column.definition, type: "date", description: "creation time" },
    }));
  }
  return columns.map(({ name, type: kind, format = "", description = "", priority = 0, jsonPath }) => {
    const find = compileJsonPath(jsonPath);
    return {
      definition: { name, type: kind, format, description, priority },
      value(object, now) {
        const found = find(object);
        const value = found[0];
        if (value === undefined || value === null) return null;
        if (kind === "date") return age(String(value), now);
        if (kind === "string")
          return found
            .map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each)))
            .join(",");
        return value;
      },
    };
  });
}

/** The metadata of an object alone. */
export function partial(object: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** A table of objects; `include` says how much of each object goes with its row. */
export function table(
  backend: Backend,
  type: ResourceType,
  entries: Entry[],
  metadata: object,
  include: string | null,
  withColumns = true,
): object {
  const { columns, named } = layoutOf(type);
  const now = backend.now().getTime();
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withColumns
      ? [...(named ? [NAME] : []), ...columns.map(({ definition }) => definition)]
      : null,
    rows: entries.map((entry) => {
      const object = parse(type, entry);
      return {
        cells: [
          ...(named ? [object.metadata.name] : []),
          ...columns.map((column) => column.value(object, now) ?? null),
        ],
        object: include === "None" ? undefined : include === "Object" ? object : partial(object),
      };
    }),
  };
}
