import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from "yaml";
import { type Path, parseErrorPath, parsePath, type Step, startsWith, valueAt } from "./path.ts";

/** The JSON Schema of a form, with our hints. Anything more is kept for the form library. */
export interface FormSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, FormSchema>;
  required?: string[];
  "x-path"?: string;
  "x-ui"?: { widget?: string; advanced?: boolean; unit?: string; placeholder?: string };
  "x-i18n"?: Record<string, { title?: string; description?: string }>;
  [keyword: string]: unknown;
}

export type FormData = Record<string, unknown>;

/** A form field and the field of the object that it shows. */
export interface Leaf {
  /** Where in the form's data. */
  form: string[];
  /** Where in the object. */
  object: Path;
  schema: FormSchema;
}

/** Every field with an `x-path`, in the form's order. A field with one is bound whole, whatever is inside it. */
export function leavesOf(schema: FormSchema, form: string[] = []): Leaf[] {
  const path = schema["x-path"];
  if (path !== undefined) return [{ form, object: parsePath(path), schema }];
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => leavesOf(inner, [...form, name]));
}

/** What the form shows for an object. Fields that the object lacks stay absent. */
export function readForm(leaves: readonly Leaf[], object: unknown): FormData {
  const data: FormData = {};
  for (const leaf of leaves) {
    const value = valueAt(object, leaf.object);
    if (value !== undefined && value !== null) setIn(data, leaf.form, structuredClone(value));
  }
  return data;
}

/**
 * Writes what changed between two states of the form into the YAML document, and nothing else: comments, order,
 * quoting and fields that no form field shows stay as they are.
 */
export function writeForm(
  leaves: readonly Leaf[],
  document: Document,
  before: FormData,
  after: FormData,
): void {
  for (const leaf of leaves) {
    const value = valueAt(after, leaf.form);
    if (sameValue(valueAt(before, leaf.form), value)) continue;
    if (value === undefined || value === null) remove(document, leaf.object);
    else assign(document, leaf.object, value);
  }
}

/** The manifest's template with the two names that it may use filled in; other expressions stay as they are. */
export function fillTemplate(template: string, names: { name: string; namespace: string }): string {
  return template.replace(/\$\{\{\s*(name|namespace)\s*\}\}/g, (_, key: "name" | "namespace") =>
    scalarText(names[key]),
  );
}

/** A scalar of the template that repeats the name, e.g. a label. */
export interface NameUse {
  path: Path;
  text: string;
}

/** Where a template repeats `${{ name }}` besides `metadata.name`. */
export function nameUses(template: string): NameUse[] {
  const uses: NameUse[] = [];
  const document = parseDocument(template, { logLevel: "silent" });
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === "key" || typeof node.value !== "string" || !/\$\{\{\s*name\s*\}\}/.test(node.value)) return;
      const path = pathTo(node, ancestors);
      if (path.join(".") !== "metadata.name") uses.push({ path, text: node.value });
    },
  });
  return uses;
}

function pathTo(node: Node, ancestors: readonly unknown[]): Step[] {
  const path: Step[] = [];
  const chain = [...ancestors, node];
  chain.forEach((parent, index) => {
    if (isPair(parent)) path.push(String(isScalar(parent.key) ? parent.key.value : parent.key));
    else if (isSeq(parent)) path.push(parent.items.indexOf(chain[index + 1]));
  });
  return path;
}

/** Follows a changed name: every scalar that still says what the template made of the old name. */
export function renameIn(
  document: Document,
  uses: readonly NameUse[],
  before: string,
  after: string,
  namespace: string,
): void {
  const text = (use: NameUse, name: string) =>
    use.text.replace(/\$\{\{\s*(name|namespace)\s*\}\}/g, (_, key) => (key === "name" ? name : namespace));
  for (const use of uses) {
    const present = document.getIn(use.path) ?? "";
    if (present === text(use, before)) assign(document, use.path, text(use, after));
  }
}

/** Names go into YAML as text: what is not plainly a name is quoted, so that it cannot become structure. */
function scalarText(value: string): string {
  return /^[a-z][-a-z0-9]*$/.test(value) ? value : value === "" ? "" : JSON.stringify(value);
}

/** Defaults of the schema for fields that the object does not set. */
export function withDefaults(leaves: readonly Leaf[], data: FormData): FormData {
  const result = structuredClone(data);
  for (const leaf of leaves) {
    if (leaf.schema.default !== undefined && valueAt(result, leaf.form) === undefined) {
      setIn(result, leaf.form, structuredClone(leaf.schema.default));
    }
  }
  return result;
}

/** An error at a field of the object, as the server names it. */
export interface FieldError {
  field: string;
  message: string;
}

/** Where in the form an object's field is shown: `["size"]` for `spec.volume.size`; undefined when nowhere. */
export function formPathOf(leaves: readonly Leaf[], field: string): string[] | undefined {
  const path = parseErrorPath(field);
  let best: Leaf | undefined;
  for (const leaf of leaves) {
    if (startsWith(path, leaf.object) && (!best || leaf.object.length > best.object.length)) best = leaf;
  }
  return best && [...best.form, ...path.slice(best.object.length).map(String)];
}

/** Character range of an object's field in the YAML text; of its nearest parent when the field is absent. */
export function rangeOf(document: Document, field: string | Path): { from: number; to: number } | undefined {
  const path = typeof field === "string" ? parseErrorPath(field) : field;
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(document, path.slice(0, length));
    const range = node?.range;
    if (range) return { from: range[0], to: range[1] };
  }
  return undefined;
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const node = document.getIn(path, true);
  return node && typeof node === "object" ? (node as Node) : undefined;
}

/** Equality of plain JSON data. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = Object.entries(b).filter(([, value]) => value !== undefined);
  if (left.length !== right.length) return false;
  return left.every(([key, value]) => Object.hasOwn(b, key) && sameValue(value, (b as FormData)[key]));
}

function setIn(data: FormData, path: readonly string[], value: unknown): void {
  let target = data;
  for (const step of path.slice(0, -1)) {
    if (typeof target[step] !== "object" || target[step] === null) target[step] = {};
    target = target[step] as FormData;
  }
  const last = path.at(-1);
  if (last !== undefined) target[last] = value;
}

function remove(document: Document, path: Path): void {
  if (nodeAt(document, path) === undefined) return;
  document.deleteIn(path);
}

/** Puts a value where it belongs, touching only the nodes whose value differs. */
function assign(document: Document, path: Path, value: unknown): void {
  openPath(document, path);
  const present = nodeAt(document, path);
  if (present) {
    const merged = merge(document, present, value);
    if (merged !== present) document.setIn(path, merged);
  } else {
    document.setIn(path, document.createNode(value));
  }
}

/** Makes the collections on the way: a scalar or `null` in the way gives place to a map or a list. */
function openPath(document: Document, path: Path): void {
  if (!isMap(document.contents) && !isSeq(document.contents)) {
    document.contents = document.createNode({}) as Document["contents"];
  }
  for (let length = 1; length < path.length; length++) {
    const step = path.slice(0, length);
    const node = nodeAt(document, step);
    if (isMap(node) || isSeq(node)) continue;
    document.setIn(step, document.createNode(typeof path[length] === "number" ? [] : {}));
  }
}

/** Returns a node that holds `value`, reusing `node` and everything below it that already does. */
function merge(document: Document, node: Node, value: unknown): Node {
  if (isMap(node) && isRecord(value)) {
    for (const pair of [...node.items]) {
      const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
      if (value[key] === undefined) node.delete(pair.key);
    }
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === key);
      if (pair)
        pair.value = isNode(pair.value) ? merge(document, pair.value, inner) : document.createNode(inner);
      else node.set(document.createNode(key), document.createNode(inner));
    }
    // Block items cannot follow an opening brace that was written for an empty map.
    if (node.items.length > 0 && node.flow && wasEmpty(node)) node.flow = false;
    return node;
  }
  if (isSeq(node) && Array.isArray(value)) {
    value.forEach((inner, index) => {
      const item = node.items[index];
      node.items[index] = isNode(item) ? merge(document, item, inner) : document.createNode(inner);
    });
    node.items.length = value.length;
    return node;
  }
  if (isScalar(node) && !isRecord(value) && !Array.isArray(value)) return mergeScalar(document, node, value);
  return document.createNode(value);
}

function mergeScalar(document: Document, node: Scalar, value: unknown): Node {
  if (node.value === value) return node;
  const fresh = document.createNode(value) as Scalar;
  fresh.comment = node.comment;
  fresh.commentBefore = node.commentBefore;
  fresh.spaceBefore = node.spaceBefore;
  if (typeof value === "string" && typeof node.value === "string" && isQuoted(node)) fresh.type = node.type;
  return fresh;
}

function isQuoted(node: Scalar): boolean {
  return node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
}

/** A parsed `{}` has a range of two characters or so; one made here has none. */
function wasEmpty(node: Node): boolean {
  const range = node.range;
  return !!range && range[1] - range[0] <= 3;
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && "toJSON" in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
