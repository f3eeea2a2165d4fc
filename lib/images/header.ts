import { isMap, isScalar, isSeq } from "yaml";
import { z } from "zod";
import { zhCN } from "zod/locales";
import type { ProviderDeclaration, SourceFile } from "../model/image.ts";
import type { InputDeclaration } from "../model/resources.ts";
import { readTemplate, unmask } from "./blocks.ts";
import { ImageError } from "./error.ts";
import { meteringSchema, refineProviderMeters } from "./metering.ts";
import { requestsSchema } from "./requests.ts";
import { asIs, parseYaml, type YamlDocument } from "./yaml.ts";

/** Public templates write numbers and booleans where text is meant; a key without value means no text. */
const text = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : String(value)));
const flag = z
  .union([z.boolean(), z.enum(["true", "false"]), z.literal("")])
  .nullish()
  .transform((value) => value === true || value === "true");
const texts = z
  .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .nullish()
  .transform((value) => value ?? []);
const localized = z
  .record(z.string(), z.looseObject({ title: text, description: text, permissions: texts }))
  .nullish()
  .transform((value) => clean(value ?? {}));

const input = z.looseObject({
  type: text,
  title: text,
  description: text,
  default: text,
  required: flag,
  options: texts,
  only: text,
  quantity: z.enum(["bytes", "cores"]).nullish(),
  minimum: text,
  maximum: text,
  above: text,
  if: text,
  secret: flag,
  "x-value": text,
  i18n: z.record(z.string(), z.looseObject({ title: text, description: text })).nullish(),
});

const UNSPEAKABLE = new Set(["__proto__", "constructor", "prototype"]);

/** Defaults are kept in a Secret, whose keys these are. */
const defaultName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/);

/** Public templates have inputs called "important note": any printable text will do. */
const inputName = z.string().refine((name) => /^[^\p{C}]{1,253}$/u.test(name) && !UNSPEAKABLE.has(name));

export const inputsSchema = z
  .record(inputName, input.nullish())
  .nullish()
  .transform((value) => value ?? {});

const kindReference = z.object({ apiVersion: z.string().min(1), kind: z.string().min(1) });
const workloadKind = z.enum(["StatefulSet", "Deployment"]);
const phase = z.enum([
  "Pending",
  "Creating",
  "Running",
  "Updating",
  "Stopped",
  "Succeeded",
  "Failed",
  "Deleting",
  "Unknown",
]);

const provider = z.looseObject({
  operator: z.looseObject({
    namespace: z.string().min(1),
    manifests: z.array(z.string()).optional(),
    readyWhen: z
      .array(kindReference.extend({ name: z.string(), namespace: z.string().optional() }))
      .optional(),
  }),
  instances: z.array(
    z.looseObject({
      apiVersion: z.string().min(1),
      kind: z.string().min(1),
      plural: z.string().min(1),
      title: z.string().min(1),
      form: z.looseObject({}),
      template: z.string().min(1),
      columns: z.array(z.looseObject({ title: z.string(), path: z.string() })).default([]),
      status: z.looseObject({
        phase: z.object({ path: z.string(), values: z.record(z.string(), phase) }).optional(),
        conditions: z.array(z.object({ type: z.string(), status: z.string(), phase })).optional(),
        message: z.object({ path: z.string() }).optional(),
        desired: z.object({ path: z.string() }).optional(),
        workloads: z.enum(["required", "fallback", "ignored"]),
      }),
      connection: z
        .looseObject({
          fields: z.array(
            z.looseObject({ name: z.string(), label: z.string(), file: z.string().optional() }),
          ),
          uris: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
        })
        .optional(),
      requests: requestsSchema.optional(),
      workloads: z.looseObject({
        selector: z.record(z.string(), z.string()),
        kinds: z.array(workloadKind),
        beside: z.array(z.record(z.string(), z.string())).optional(),
      }),
      partOf: z.object({ ...kindReference.shape, path: z.string().min(1) }).optional(),
      members: z
        .looseObject({
          apiVersion: z.string().min(1),
          kind: z.string().min(1),
          plural: z.string().min(1),
          title: z.string().min(1),
          phase: z.object({ path: z.string(), values: z.record(z.string(), phase) }),
          columns: z.array(z.looseObject({ title: z.string(), path: z.string() })).default([]),
        })
        .optional(),
      limit: z.number().int().nonnegative().optional(),
      stop: z.string().min(1).optional(),
      start: z.string().min(1).optional(),
      backups: z
        .looseObject({
          cronJob: z.string().min(1),
          description: z.string().optional(),
          actions: z.object({ now: z.string().optional(), schedule: z.string().optional() }).optional(),
        })
        .optional(),
    }),
  ),
});

const requirement = z.union([kindReference, z.object({ image: z.string().min(1) })]);

const header = z.looseObject({
  metadata: z.looseObject({ name: text }),
  spec: z
    .looseObject({
      title: text,
      description: text,
      author: text,
      url: text,
      gitRepo: text,
      licence: text,
      license: text,
      icon: text,
      locale: text,
      version: text,
      mode: z.enum(["provider", "shared", "application"]).nullish(),
      categories: texts,
      keywords: texts,
      i18n: localized,
      defaults: z
        .record(defaultName, z.looseObject({ type: text, value: text }).nullish())
        .nullish()
        .transform((value) => value ?? {}),
      inputs: inputsSchema,
      requires: z.array(requirement).nullish(),
      permissions: texts,
      provider: provider.nullish(),
      metering: meteringSchema,
      chart: z.looseObject({ values: z.record(z.string(), z.unknown()).nullish() }).nullish(),
    })
    .superRefine(refineProviderMeters),
});

const inChinese = { error: zhCN().localeError };

export type Header = z.output<typeof header>;
type Input = z.output<typeof input>;

/** Reads the `Template` document. @throws ImageError with the line of the field that is wrong. */
export function readHeader(source: SourceFile): Header {
  return parseWith(header, parseHeaderYaml(source));
}

/** Checks a document against a schema; the first issue becomes an ImageError at the field's own line. */
export function parseWith<S extends z.ZodType>(schema: S, document: HeaderDocument): z.output<S> {
  const result = schema.safeParse(document.data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [translated] = schema.safeParse(document.data, inChinese).error?.issues ?? [];
  const path = issue?.path.map(String) ?? [];
  const field = path.join(".");
  throw new ImageError(
    [
      `${field || "the document"}: ${issue?.message ?? "is not valid"}`,
      `${field || "文档"}：${translated?.message ?? "无效"}`,
    ],
    { file: document.yaml.file, line: lineAt(document.yaml, path) },
  );
}

export interface HeaderDocument {
  yaml: YamlDocument;
  data: unknown;
}

/**
 * The document as data, expressions left as text. An unquoted expression may hold what YAML would take for
 * structure (`a ? 'x' : 'y'`): then it is read again with expressions standing aside.
 */
export function parseHeaderYaml(source: SourceFile): HeaderDocument {
  const documents = (expanded: ReturnType<typeof asIs>) => parseYaml(expanded, source.path);
  const single = (found: YamlDocument[]): YamlDocument => {
    const [first, second] = found;
    if (!first)
      throw new ImageError(["the document is empty", "文档为空"], { file: source.path, line: source.line });
    if (second) second.fail(["there is a second document here", "此处有第二个文档"], second.root);
    return first;
  };
  const plain = attempt(() => single(documents(asIs(source.text, source.line))));
  if (plain) return { yaml: plain, data: plain.plain() };
  const template = readTemplate(source);
  const masked = single(
    documents({
      text: template.lines.map((line) => ("text" in line ? line.text : "")).join("\n"),
      lines: template.lines.map(({ line }) => line),
    }),
  );
  const restore = (value: unknown): unknown => {
    if (typeof value === "string") return unmask(template, value);
    if (Array.isArray(value)) return value.map(restore);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [unmask(template, key), restore(each)]),
    );
  };
  return { yaml: masked, data: restore(masked.plain()) };
}

/** The line of a field, or of what is nearest to it. */
export function lineOf(source: SourceFile, path: readonly string[]): number {
  return lineAt(parseHeaderYaml(source).yaml, path);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

function lineAt(document: YamlDocument, path: readonly string[]): number {
  let node = document.root;
  for (const step of path) {
    let next: typeof node | undefined;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      next = pair ? ((pair.value ?? pair.key) as typeof node) : undefined;
    } else if (isSeq(node)) next = node.items[Number(step)] as typeof node;
    if (!next) break;
    node = next;
  }
  return document.line(node);
}

const SECRET_NAME =
  /(password|passwd|passphrase|secret|token|api_?key|secret_?key|private_?key|access_?key)$/i;

/** The inputs as declared; types that the public format does not know are read as text, with a warning. */
export function inputDeclarations(
  inputs: Record<string, Input | null | undefined>,
  file: string,
  warnings: string[],
): InputDeclaration[] {
  return Object.entries(inputs).map(([name, given]) => {
    const declared: Partial<Input> = given ?? {};
    const options = declared.options ?? [];
    const declaration: InputDeclaration = { name, type: "string" };
    const type = declared.type?.trim().toLowerCase();
    if (type === "number" || type === "boolean") declaration.type = type;
    else if (type === "choice" || (type === "select" && options.length > 0)) declaration.type = "choice";
    else if (type !== undefined && type !== "string" && type !== "password") {
      warnings.push(`${file}: the input ${name} has the unknown type "${type}" and is read as text`);
    }
    if (declaration.type === "choice" && options.length === 0) {
      declaration.type = "string";
      warnings.push(`${file}: the input ${name} is a choice without options and is read as text`);
    }
    if (declared.title) declaration.title = declared.title;
    if (declared.description) declaration.description = declared.description;
    if (declared.default !== undefined) declaration.default = declared.default;
    if (declared.required) declaration.required = true;
    if (declaration.type === "choice") declaration.options = options;
    if (declaration.type === "choice" && declared.only) declaration.only = declared.only;
    if (declaration.type === "string" && declared.quantity) declaration.quantity = declared.quantity;
    for (const bound of ["minimum", "maximum", "above"] as const)
      if (declared[bound] !== undefined) declaration[bound] = declared[bound];
    if (declared.if) declaration.if = declared.if.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1").trim();
    const textual = declaration.type === "string";
    if (declared.secret || type === "password" || (textual && SECRET_NAME.test(name)))
      declaration.secret = true;
    if (declared.i18n) declaration.i18n = clean(declared.i18n);
    return declaration;
  });
}

export function providerDeclaration(found: Header["spec"]["provider"]): ProviderDeclaration | undefined {
  return (found as ProviderDeclaration | null | undefined) ?? undefined;
}

/** Without keys whose value is undefined, all the way down. */
function clean<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
