import { readFileSync } from "node:fs";
import type { Entry } from "../store/store.ts";
import { cells } from "./cells.ts";
import { type Backend, parse } from "./cluster.ts";
import { age } from "./durations.ts";
import { compileJsonPath } from "./jsonpath.ts";
import type { KubeObject } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { badRequest, StatusError } from "./status.ts";

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

const JSON_TYPES = /^\s*(application\/(json|yaml|vnd\.kubernetes\.protobuf|cbor)|\*\/\*)\s*(;|$)/;

/** Throws 406 when a request takes no form that there is. */
export function negotiate(accept: string | undefined, verb: string, list = ""): void {
  const choices = (accept ?? "").split(",").filter((choice) => choice.trim() !== "");
  if (choices.length === 0) return;
  const known = choices.filter((choice) => JSON_TYPES.test(choice));
  if (known.length === 0)
    throw notAcceptable(verb === "get" ? (NEITHER.split(", application/json;")[0] ?? "") : NEITHER, {});
  const form = /;\s*as=([A-Za-z]+)/;
  const usable = known.filter((choice) => {
    const as = form.exec(choice)?.[1];
    return !as || (FORMS.has(as) && /v=v1(;|\s*$)/.test(choice) && choice.includes("g=meta.k8s.io"));
  });
  const [first] = usable;
  if (first === undefined) throw notAcceptable(`only the following media types are accepted: ${MEDIA}`);
  if (verb === "list" && form.exec(first)?.[1] === "PartialObjectMetadata")
    throw notAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (*${list})`);
}

const FORMS = new Set(["Table", "PartialObjectMetadata", "PartialObjectMetadataList"]);
const MEDIA = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
const NEITHER = `406: Not Acceptable\n\nAvailable representations: ${MEDIA}, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch`;
const notAcceptable = (message: string, details?: object) =>
  new StatusError(406, "NotAcceptable", message, details);

/** How much of each object goes with its row. Throws 400 for what is no answer to that. */
function inclusion(include: string | null): string {
  if (include && !["Metadata", "Object", "None"].includes(include))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  return include ?? "";
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
  const definition = {
    name,
    type,
    format: name === "Name" ? "name" : "",
    description: "",
    priority: title.endsWith("*") ? 1 : 0,
  };
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
          return found.map((each) => (typeof each === "object" ? sorted(each) : String(each))).join(",");
        return fits(kind, value) ? value : null;
      },
    };
  });
}

/** Only a value of the column's own type is shown. */
function fits(kind: string, value: unknown): boolean {
  if (kind === "integer" || kind === "number") return typeof value === "number";
  return kind !== "boolean" || typeof value === "boolean";
}

/** JSON with the fields of objects in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** The metadata of an object alone. */
export function partial(object: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** The row of a bookmark, which is of no object: every cell is empty. */
export function emptyTable(type: ResourceType, metadata: { resourceVersion: string }): object {
  const { columns, named } = layoutOf(type);
  const object = {
    kind: type.kind,
    apiVersion: "",
    metadata: { ...metadata, name: "" },
  } as KubeObject;
  const cells = [...(named ? [""] : []), ...columns.map((column) => column.value(object, 0) ?? null)];
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: metadata.resourceVersion },
    columnDefinitions: null,
    rows: [{ cells, object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata } }],
  };
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
  const included = inclusion(include);
  // What is printed by default, by its name and age alone, has no rows rather than an empty list of them.
  const plain =
    !type.custom &&
    entries.length === 0 &&
    columns.some(({ definition }) => definition.name === "Created At");
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withColumns
      ? [...(named ? [NAME] : []), ...columns.map(({ definition }) => definition)]
      : null,
    rows: plain
      ? undefined
      : entries.map((entry) => {
          const object = parse(type, entry);
          return {
            cells: [
              ...(named ? [object.metadata.name] : []),
              ...columns.map((column) => column.value(object, now) ?? null),
            ],
            object: included === "None" ? null : included === "Object" ? object : partial(object),
          };
        }),
  };
}
