import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import {
  asIs,
  Expressions,
  type ExpressionText,
  expandBlocks,
  ImageError,
  limits,
  type ManifestTemplate,
  type Outcome,
  parseYaml,
  parseYamlInTurn,
  readTemplate,
  type Scope,
  type Task,
  type YamlDocument,
  type YamlNode,
} from "../images/index.ts";
import type { ImageContent, SourceFile } from "../model/image.ts";
import type { KubernetesObject, ObjectMeta } from "../model/kubernetes.ts";
import type { PlanNotice } from "../model/plan.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { ChartDocument } from "./chart/drawn.ts";
import { withoutHooks } from "./chart/hooks.ts";
import { Coercion, type Filled, refusal } from "./coerce.ts";
import { withDefinitions } from "./crd-types.ts";
import { referenceKey, referenceOf, spoken } from "./references.ts";
import { checkFilledNames } from "./render-names.ts";
import { asProblem } from "./render-problem.ts";
import type { RenderContext, Rendered, RenderedObject, TypeSource } from "./render-types.ts";
import { holds, resolveValues, SEED, systemScope } from "./values.ts";

export type * from "./render-types.ts";

export interface RenderInput {
  content: ImageContent;
  /** As `validateInputs` gave them. */
  inputs: Readonly<Record<string, string>>;
  /** As `drawValues` gave them. */
  values: Readonly<Record<string, string>>;
  context: RenderContext;
  types: TypeSource;
  /** As `renderChart` gave it. */
  chart?: readonly ChartDocument[] | undefined;
}

/**
 * An image's manifests as objects, in the order of its files. The same arguments give the same objects.
 * @throws ProblemError `expression-failed`, `image-invalid` or `manifest-refused`, naming file and line.
 */
export async function renderImage(input: RenderInput): Promise<Rendered> {
  const { content, context, types, values } = input;
  const resolved = await resolveValues(content, input.inputs, values, context);
  const scope = { ...systemScope(context), ...resolved };
  const rendered = await renderSources(content.manifests, scope, context.namespace, types, values[SEED]);
  if (!content.chart) return rendered;
  const charted = withoutHooks(await renderDocuments(input.chart ?? [], context.namespace, types));
  const all = {
    objects: [...rendered.objects, ...charted.objects],
    notices: [...rendered.notices, ...charted.notices],
  };
  if (all.objects.length > limits.objects)
    throw asProblem(
      new ImageError(
        [`the image has more than ${limits.objects} objects`, `镜像中的对象超过 ${limits.objects} 个`],
        { file: "chart" },
      ),
    );
  refuseDuplicates(all.objects);
  return all;
}

/** What Helm gave as objects, held to the kinds' schemas as manifests are. Nothing in it is an expression. */
async function renderDocuments(
  documents: readonly ChartDocument[],
  namespace: string,
  types: TypeSource,
): Promise<Rendered> {
  const rendered: Rendered = { objects: [], notices: [] };
  const plain = (text: string): Filled => ({ text, expressions: [], empty: [] });
  try {
    for (const { file, text } of documents)
      for await (const document of parseYamlInTurn(asIs(text), file))
        for (const node of manifestNodes(document, document.root, 0))
          await renderObject(document, node, plain, namespace, types, rendered);
    return rendered;
  } catch (error) {
    throw asProblem(error);
  }
}

/** Renders manifest files with whatever scope; for images' manifests and for what actions apply. */
export async function renderSources(
  sources: SourceFile[],
  scope: Scope,
  namespace: string,
  types: TypeSource,
  seed?: string,
): Promise<Rendered> {
  try {
    const templates = sources.map(readTemplate);
    const evaluated = await evaluate(templates, scope, seed);
    const rendered: Rendered = { objects: [], notices: [] };
    for (const [index, template] of templates.entries()) {
      const outcomes = evaluated[index] ?? { conditions: [], expressions: [] };
      await renderFile(template, outcomes, namespace, types, rendered);
    }
    refuseDuplicates(rendered.objects);
    return rendered;
  } catch (error) {
    throw asProblem(error);
  }
}

/**
 * An action's patch as the value to send, for an object of this kind. Structure comes from the patch's own text;
 * what expressions give only ever fills scalars, with the type that the kind's schema asks for. Nothing is left out
 * silently: a patch that would do less than it says is refused.
 * @throws ProblemError `expression-failed`, `image-invalid` or `manifest-refused`
 */
export async function renderPatch(
  source: SourceFile,
  target: { apiVersion: string; kind: string },
  scope: Scope,
  types: TypeSource,
  seed?: string,
): Promise<unknown> {
  try {
    const template = readTemplate(source);
    const [outcomes] = await evaluate([template], scope, seed);
    const { conditions, expressions } = outcomes ?? { conditions: [], expressions: [] };
    const expanded = expandBlocks(template, (index) => holds(outcomeValue(conditions[index])));
    const [document, second] = parseYaml(expanded, template.file);
    if (!document)
      throw new ImageError(["the patch is empty", "补丁为空"], { file: source.path, line: source.line });
    if (second) second.fail(["a patch is one document", "补丁应为单个文档"], second.root);
    // A JSON patch is a list of operations, which the kind's schema does not describe.
    const schema = isMap(document.root) ? await types.schema(target.apiVersion, target.kind) : undefined;
    const fill = (text: string) => filledText(template, expressions, text);
    const coercion = new Coercion(document, fill, schema, true);
    const patch = coercion.object(document.root);
    const [remark] = coercion.remarks;
    if (remark)
      throw new ImageError([remark.message, `补丁不完整：${remark.message}`], { file: source.path });
    return patch;
  } catch (error) {
    throw asProblem(error);
  }
}

interface Outcomes {
  conditions: Outcome[];
  expressions: Outcome[];
}

/** All expressions of all files in one go; one that fails matters only when its branch is taken. */
async function evaluate(templates: ManifestTemplate[], scope: Scope, seed?: string): Promise<Outcomes[]> {
  const all = templates.flatMap(({ conditions, expressions }) => [...conditions, ...expressions]);
  const interpreter = await Expressions.create();
  const run = (expressions: ExpressionText[]) =>
    interpreter.evaluateAll(
      expressions.map((expression): Task => ({ parts: [expression] })),
      scope,
      seed,
    );
  const outcomes = await run(all);
  // Some authors escape quotes as YAML wants them within a quoted scalar, others write the expression as it is.
  const escaped = all.flatMap((expression, index) => {
    const outcome = outcomes[index];
    const text = expression.text.replaceAll("''", "'").replaceAll('\\"', '"');
    return outcome && "error" in outcome && text !== expression.text ? [{ index, ...expression, text }] : [];
  });
  const second = escaped.length > 0 ? await run(escaped) : [];
  for (const [position, { index }] of escaped.entries()) {
    const outcome = second[position];
    if (outcome && "value" in outcome) outcomes[index] = outcome;
  }
  const rest = [...outcomes];
  const take = (count: number) => rest.splice(0, count);
  return templates.map(({ conditions, expressions }) => ({
    conditions: take(conditions.length),
    expressions: take(expressions.length),
  }));
}

async function renderFile(
  template: ManifestTemplate,
  outcomes: Outcomes,
  namespace: string,
  types: TypeSource,
  rendered: Rendered,
): Promise<void> {
  const expanded = expandBlocks(template, (index) => holds(outcomeValue(outcomes.conditions[index])));
  const fill = (text: string) => filledText(template, outcomes.expressions, text);
  for await (const document of parseYamlInTurn(expanded, template.file)) {
    for (const node of manifestNodes(document, document.root, 0)) {
      if (rendered.objects.length >= limits.objects) {
        document.fail(
          [`the image has more than ${limits.objects} objects`, `镜像中的对象超过 ${limits.objects} 个`],
          node,
        );
      }
      await renderObject(document, node, fill, namespace, types, rendered);
    }
  }
}

function outcomeValue(outcome: Outcome | undefined) {
  if (outcome && "error" in outcome) throw outcome.error;
  return outcome?.value;
}

/** Puts what expressions gave in place of their tokens; what they gave is not looked at again. */
function filledText(template: ManifestTemplate, outcomes: Outcome[], text: string): Filled {
  const expressions: ExpressionText[] = [];
  const empty: ExpressionText[] = [];
  let whole: Filled["whole"];
  const filled = text.replace(template.token, (token, index: string) => {
    const expression = template.expressions[Number(index)];
    const value = outcomeValue(outcomes[Number(index)]);
    if (!expression) return token;
    expressions.push(expression);
    if (token === text) whole = { value };
    if (value === undefined) empty.push(expression);
    return value === undefined ? "" : String(value);
  });
  return { text: filled, expressions, empty, ...(whole ? { whole } : {}) };
}

/** The document's manifest, or those of its `List`. */
function manifestNodes(document: YamlDocument, node: YamlNode, depth: number): YAMLMap[] {
  const map = document.follow(node, depth);
  if (!isMap(map))
    document.fail(
      ["a manifest must be a mapping with apiVersion and kind", "清单应为含 apiVersion 和 kind 的映射"],
      node,
    );
  const items = document.pairs(map, depth).find(({ key }) => key.value === "items")?.value;
  const list = items ? document.follow(items, depth) : null;
  if (textOf(document, map, "kind")?.endsWith("List") && isSeq(list)) {
    return list.items.flatMap((item) => manifestNodes(document, item as YamlNode, depth + 1));
  }
  return [map];
}

function textOf(document: YamlDocument, map: YAMLMap, field: string): string | undefined {
  const node = document.pairs(map, 0).findLast(({ key }) => key.value === field)?.value;
  const scalar = node ? document.follow(node, 0) : null;
  return isScalar(scalar) && scalar.value !== null ? String(scalar.value) : undefined;
}

async function renderObject(
  document: YamlDocument,
  node: YAMLMap,
  fill: (text: string) => Filled,
  namespace: string,
  types: TypeSource,
  rendered: Rendered,
): Promise<void> {
  const place = { file: document.file, line: document.line(node) };
  const written = (field: string): string => {
    const text = textOf(document, node, field);
    if (!text) return document.fail([`the manifest has no ${field}`, `清单缺少 ${field}`], node);
    const filled = fill(text);
    if (filled.expressions.length > 0)
      throw refusal(`${field} must be written out`, because("field-unwritten", { field }), place, filled);
    return text;
  };
  const [apiVersion, kind] = [written("apiVersion"), written("kind")];
  const known = withDefinitions(types, definitionsIn(rendered));
  const [schema, type] = await Promise.all([known.schema(apiVersion, kind), known.find(apiVersion, kind)]);
  const coercion = new Coercion(document, fill, schema);
  const object = { ...(coercion.object(node) as object), apiVersion, kind } as KubernetesObject;
  checkFilledNames(coercion.filledFields, kind, document.file);
  object.metadata = authored(object.metadata);
  delete object.status;
  if (typeof object.metadata.name !== "string" || !object.metadata.name) {
    document.fail([`the ${kind} has no metadata.name`, `${kind} 缺少 metadata.name`], node);
  }
  if (type?.namespaced !== false) object.metadata.namespace ??= namespace;
  rendered.objects.push({ object, ...place, ...(type ? { namespaced: type.namespaced } : {}) });
  const reference = referenceOf(object);
  rendered.notices.push(
    ...coercion.remarks.map(
      ({ message, params, ...remark }): PlanNotice => ({
        ...remark,
        message: `${spoken(reference)}: ${message}.`,
        object: reference,
        params: { kind: reference.kind, name: reference.name, ...params },
      }),
    ),
  );
}

/** Kinds that the image brings itself: the cluster learns of them only when they are applied. */
function definitionsIn({ objects }: Rendered): KubernetesObject[] {
  return objects.flatMap(({ object }) => (object.kind === "CustomResourceDefinition" ? [object] : []));
}

/** Metadata that people write; what a server adds (exported manifests carry it) would only conflict. */
function authored(metadata: ObjectMeta | undefined): ObjectMeta {
  const { name = "", namespace, labels, annotations, finalizers, ownerReferences } = metadata ?? {};
  return {
    name,
    ...(namespace ? { namespace } : {}),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
  } as ObjectMeta;
}

function refuseDuplicates(objects: RenderedObject[]): void {
  const seen = new Map<string, RenderedObject>();
  for (const each of objects) {
    const reference = referenceOf(each.object);
    const key = referenceKey(reference);
    const first = seen.get(key);
    if (first) {
      throw new ProblemError(
        "image-invalid",
        `${each.file}:${each.line}: ${spoken(reference)} is there already, at ${first.file}:${first.line}; remove one of them.`,
        because("duplicate-object", {
          file: each.file,
          line: each.line,
          kind: reference.kind,
          name: reference.name,
          first: `${first.file}:${first.line}`,
        }),
      );
    }
    seen.set(key, each);
  }
}
