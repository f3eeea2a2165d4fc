import { isMap, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { ExpressionText, Value, YamlDocument, YamlNode } from "../images/index.ts";
import { ProblemError } from "../model/problem.ts";
import { because, type Reason } from "../model/reasons.ts";
import { type FieldKind, kindOfField } from "./coerce-kinds.ts";
import { literal, scalarOf } from "./coerce-scalars.ts";
import { inputsNamed } from "./render-problem.ts";
import type { FieldSchema, KindSchema } from "./render-types.ts";

/** A scalar's text with its expressions replaced by what they gave. */
export interface Filled {
  text: string;
  /** The expressions in it; empty for plain text of the image. */
  expressions: ExpressionText[];
  /** Those that gave nothing, which stands as empty text. */
  empty: ExpressionText[];
  /** When the scalar is one expression and nothing else: what it gave. */
  whole?: { value: Value };
}

/** A field that an expression filled. */
export interface FilledField {
  path: string[];
  value: unknown;
  filled: Filled;
  line: number;
}

/** A remark about the document, to be shown with its object. */
export interface Remark {
  level: "info" | "warning";
  code: RemarkCode;
  reason: RemarkCode;
  message: string;
  params: Record<string, string | number>;
}

type RemarkCode =
  | "undeclared-value"
  | "duplicate-key"
  | "unknown-field"
  | "duplicate-item"
  | "structure-as-text";

/**
 * Turns a YAML document into the object its author meant: each scalar gets the type that the kind's schema asks for,
 * fields the schema does not know are dropped, of two entries with one key the last wins. Structure comes from the
 * document alone; what expressions gave is only ever the text of a scalar.
 */
export class Coercion {
  readonly remarks: Remark[] = [];
  readonly filledFields: FilledField[] = [];
  readonly #document: YamlDocument;
  readonly #fill: (text: string) => Filled;
  readonly #schema: KindSchema | undefined;
  /** In a patch, null removes a field and `$patch` and its like say how lists are merged. */
  readonly #patch: boolean;

  constructor(
    document: YamlDocument,
    fill: (text: string) => Filled,
    schema: KindSchema | undefined,
    patch = false,
  ) {
    this.#patch = patch;
    this.#document = document;
    this.#fill = fill;
    this.#schema = schema;
  }

  /** @throws ProblemError `manifest-refused` naming file, line and field; ImageError for what is not a manifest. */
  object(node: YamlNode): unknown {
    return this.#value(node, this.#schema && this.#resolve(this.#schema.root), [], 0);
  }

  #resolve(schema: FieldSchema): FieldSchema {
    return this.#schema ? this.#schema.resolve(schema) : schema;
  }

  #value(node: YamlNode, schema: FieldSchema | undefined, path: string[], depth: number): unknown {
    const target = this.#document.follow(node, depth);
    const kind = kindOfField(schema);
    if (isMap(target)) {
      if (kind === "object" || kind === "any") return this.#map(target, schema, path, depth);
      return this.#structureAsText(target, kind, path, depth);
    }
    if (isSeq(target)) {
      if (kind === "array" || kind === "any") return this.#list(target, schema, path, depth);
      return this.#structureAsText(target, kind, path, depth);
    }
    if (!isScalar(target)) return undefined;
    const filled = this.#fill(target.source ?? String(target.value ?? ""));
    const value = this.#scalar(target, filled, kind, schema, path);
    if (filled.expressions.length > 0) {
      this.filledFields.push({ path, value, filled, line: this.#document.line(target) });
    }
    for (const { text } of filled.empty) {
      const message = `${dotted(path)} uses ${text}, which the image does not declare; it stays empty`;
      this.#remark("undeclared-value", message, path, target, { expression: text });
    }
    return value;
  }

  #map(
    map: YAMLMap,
    schema: FieldSchema | undefined,
    path: string[],
    depth: number,
  ): Record<string, unknown> {
    const result = new Map<string, unknown>();
    for (const { key, value } of this.#document.pairs(map, depth)) {
      const name = this.#fill(key.source ?? String(key.value ?? "")).text;
      const field = [...path, name];
      if (result.has(name)) {
        this.#remark("duplicate-key", `${dotted(field)} is given twice; the last one counts`, field, key);
      }
      const directive = this.#patch && name.startsWith("$");
      const fieldSchema = directive ? undefined : this.#fieldSchema(schema, name);
      if (fieldSchema === "unknown") {
        this.#remark(
          "unknown-field",
          `${dotted(field)} is not a field of this kind and is left out`,
          field,
          key,
        );
        continue;
      }
      const found = this.#value(value, fieldSchema, field, depth + 1);
      if (found === undefined || (found === null && fieldSchema && !this.#patch)) result.delete(name);
      else result.set(name, found);
    }
    return Object.fromEntries(result);
  }

  #fieldSchema(schema: FieldSchema | undefined, name: string): FieldSchema | undefined | "unknown" {
    if (!schema) return undefined;
    const known = schema.properties && Object.hasOwn(schema.properties, name) && schema.properties[name];
    if (known) return this.#resolve(known);
    const { additionalProperties } = schema;
    if (additionalProperties && additionalProperties !== true) {
      const resolved = this.#resolve(additionalProperties);
      // In a map of texts a key without value means empty text, not no key.
      return resolved.type === "string" ? { ...resolved, "x-empty": true } : resolved;
    }
    const free = additionalProperties === true || schema["x-kubernetes-preserve-unknown-fields"];
    return free || !schema.properties ? undefined : "unknown";
  }

  #list(list: YAMLSeq, schema: FieldSchema | undefined, path: string[], depth: number): unknown[] {
    const itemSchema = schema?.items && this.#resolve(schema.items);
    const items = list.items.map((item, index) => ({
      node: item as YamlNode,
      value: this.#value(item as YamlNode, itemSchema, [...path, String(index)], depth + 1),
    }));
    const kept = items.filter(({ value }) => value !== undefined && !(value === null && itemSchema));
    return this.#lastOfEachKey(kept, schema, itemSchema, path).map(({ value }) => value);
  }

  /** Lists that the API server merges by key refuse a key given twice. */
  #lastOfEachKey<T extends { node: YamlNode; value: unknown }>(
    items: T[],
    schema: FieldSchema | undefined,
    itemSchema: FieldSchema | undefined,
    path: string[],
  ): T[] {
    const type = schema?.["x-kubernetes-list-type"];
    const keys = schema?.["x-kubernetes-list-map-keys"] ?? [];
    if (type !== "set" && (type !== "map" || keys.length === 0)) return items;
    const identity = (value: unknown): string => {
      if (type === "set" || typeof value !== "object" || value === null) return JSON.stringify(value);
      const fields = value as Record<string, unknown>;
      return JSON.stringify(keys.map((key) => fields[key] ?? itemSchema?.properties?.[key]?.default ?? null));
    };
    const last = new Map(items.map((item, index) => [identity(item.value), index]));
    return items.filter((item, index) => {
      if (last.get(identity(item.value)) === index) return true;
      const what = identity(item.value).slice(1, -1).replaceAll('"', "");
      this.#remark(
        "duplicate-item",
        `${dotted(path)} has ${what} twice; the last one counts`,
        path,
        item.node,
        {
          key: what,
        },
      );
      return false;
    });
  }

  /** `value: ["a"]` where text is wanted: the author meant the text. */
  #structureAsText(node: YAMLMap | YAMLSeq, kind: FieldKind, path: string[], depth: number): unknown {
    if (kind !== "string") {
      const message = `${dotted(path)} takes ${SPOKEN[kind]}, not a ${isMap(node) ? "mapping" : "list"}`;
      this.#refuse(message, because("field-type", { field: dotted(path), wanted: kind }), node);
    }
    const plain = isMap(node)
      ? this.#map(node, undefined, path, depth)
      : this.#list(node, undefined, path, depth);
    const text = JSON.stringify(plain);
    const shown = text.slice(0, 80);
    this.#remark("structure-as-text", `${dotted(path)} takes text; it gets ${shown}`, path, node, {
      text: shown,
    });
    return text;
  }

  #scalar(
    node: Scalar,
    filled: Filled,
    kind: FieldKind,
    schema: FieldSchema | undefined,
    path: string[],
  ): unknown {
    const plain = node.type === "PLAIN" || node.type === undefined;
    const fromExpression = filled.expressions.length > 0;
    if (plain && !fromExpression && node.value === null)
      return schema?.["x-empty"] && !this.#patch ? "" : null;
    if (kind === "any") {
      return fromExpression ? (plain && filled.whole ? literal(filled.text) : filled.text) : node.value;
    }
    const result = scalarOf(filled.text, kind);
    if ("value" in result) {
      const allowed = schema?.enum;
      if (!allowed || !fromExpression || allowed.includes(result.value)) return result.value;
      const options = allowed.join(", ");
      const words = because("field-option", { field: dotted(path), options });
      this.#refuse(`${dotted(path)} takes one of ${options}`, words, node, filled);
    }
    // An empty value where a number or structure is wanted means that nothing was given.
    if (filled.text === "" && !fromExpression) return undefined;
    const words = because("field-type", { field: dotted(path), wanted: kind });
    return this.#refuse(`${dotted(path)} takes ${SPOKEN[kind]}`, words, node, filled);
  }

  #remark(
    code: RemarkCode,
    message: string,
    path: string[],
    node: YamlNode,
    params: Record<string, string> = {},
  ): void {
    const place = { file: this.#document.file, line: this.#document.line(node) };
    this.remarks.push({
      level: "warning",
      code,
      reason: code,
      message,
      params: { ...place, field: dotted(path), ...params },
    });
  }

  #refuse(message: string, words: Reason, node: YamlNode, filled?: Filled): never {
    throw refusal(message, words, { file: this.#document.file, line: this.#document.line(node) }, filled);
  }
}

/** The refusal of a field's value, naming the input or expression that gave it. */
export function refusal(
  message: string,
  words: Reason,
  { file, line }: { file: string; line: number },
  filled?: Filled,
): ProblemError {
  const expressions = filled?.expressions ?? [];
  const inputs = inputsNamed(expressions.map(({ text }) => text));
  const by = expressions.map(({ text }) => `\${{ ${text} }}`).join(", ");
  const given = filled ? `${by || "the manifest"} gives ${JSON.stringify(filled.text.slice(0, 100))}` : "";
  const wayOut = inputs.length > 0 ? `; change the input ${inputs.join(", ")}` : "";
  const sentence = `${file}:${line}: ${message}${given ? `; ${given}` : ""}${wayOut}.`;
  return new ProblemError("manifest-refused", sentence, {
    ...because("field-refused", {
      ...words.params,
      because: words.reason,
      file,
      line,
      by: inputs.length > 0 ? "input" : by ? "expression" : filled ? "manifest" : "",
      given: JSON.stringify(filled?.text.slice(0, 100) ?? ""),
      expression: by,
      inputs: inputs.join(", "),
    }),
    fields: inputs.map((field) => ({
      field,
      message: `${message}${wayOut ? "" : `; ${given}`}`,
      ...words,
    })),
  });
}

const SPOKEN: Record<FieldKind, string> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  quantity: "a quantity",
  "int-or-string": "a whole number or text",
  object: "a mapping",
  array: "a list",
  any: "anything",
};

/** `spec.containers[0].env` */
export function dotted(path: string[]): string {
  return path.reduce((text, step) => {
    if (/^\d+$/.test(step)) return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}["${step}"]`;
    return text ? `${text}.${step}` : step;
  }, "");
}
