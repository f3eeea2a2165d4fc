import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import jsonPatch, { type Operation } from "fast-json-patch";
import { expect } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { expand } from "../lib/images/expand.ts";
import { readFolder, readImage, type Scope } from "../lib/images/index.ts";
import { checkedAction } from "../lib/install/action.ts";
import { expectedObject } from "../lib/install/action-expects.ts";
import { type CommandScript, commandScript } from "../lib/install/command/script.ts";
import { fittedInputs, instanceScope } from "../lib/install/fit.ts";
import { recordAt } from "../lib/install/paths.ts";
import { renderPatch } from "../lib/install/render.ts";
import { fileTypes } from "../lib/install/testing/file-types.ts";
import { type OwnImage, ownImageOf } from "../lib/manager/actions/own-image.ts";
import { madeFrom } from "../lib/manager/actions/source.ts";
import type { ImageContent } from "../lib/model/image.ts";
import { type KubernetesObject, parseApiVersion } from "../lib/model/kubernetes.ts";
import { ProblemError } from "../lib/model/problem.ts";
import {
  applyDefaults,
  type JsonObject,
  prune,
  Schemas,
  unknownFields,
  validate,
} from "../sandbox/schema/index.ts";
import { mergePatch } from "../sandbox/server/machinery.ts";

/** What actions of the providers make of an instance, and whether its definition accepts that. */

interface Definition extends JsonObject {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: JsonObject } }[];
  };
}
export type Instance = KubernetesObject & { spec: Record<string, unknown>; status?: Record<string, unknown> };
type Inputs = Record<string, string>;

const NAMESPACE = "ns-a";
export const NOW = "2026-11-29T10:20:30.000Z";
const folder = new URL(".", import.meta.url);
const providers = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const definitions = providers.flatMap((provider) =>
  parseAllDocuments(readFileSync(new URL(`${provider}/manifests/10-crds.yaml`, folder), "utf8")).flatMap(
    (each) => (each.toJS() as Definition | null) ?? [],
  ),
);
const types = fileTypes(definitions);
const schemas = new Schemas(
  JSON.parse(readFileSync(new URL("../sandbox/kubernetes/schemas.json", import.meta.url), "utf8")),
);
export const contents = new Map(
  await Promise.all(
    providers.map(
      async (provider) =>
        [provider, readImage(await readFolder(fileURLToPath(new URL(provider, folder))))] as const,
    ),
  ),
);

export function contentOf(provider: string): ImageContent {
  const content = contents.get(provider);
  if (!content) throw new Error(`there is no provider ${provider}`);
  return content;
}

/** An instance as the provider's form begins, with these fields instead. */
export async function instance(provider: string, kind: string, change: object = {}): Promise<Instance> {
  const declared = contentOf(provider).provider?.instances.find((each) => each.kind === kind);
  if (!declared) throw new Error(`${provider} declares no ${kind}`);
  const object = parse(await expand(declared.template, { name: "shop", namespace: NAMESPACE }));
  return mergePatch(object, change) as Instance;
}

/** What the API server would find wrong with an object; only custom kinds are looked at. */
export function faults(object: KubernetesObject): unknown[] {
  const { group, version } = parseApiVersion(object.apiVersion);
  const definition = definitions.find(({ spec }) => spec.group === group && spec.names.kind === object.kind);
  const served = definition?.spec.versions.find(({ name }) => name === version);
  if (!served) return [];
  const schema = schemas.structural(served.schema.openAPIV3Schema);
  const data = structuredClone(object) as JsonObject;
  return [...unknownFields(schema, data), ...validate(schema, applyDefaults(schema, prune(schema, data)))];
}

export interface Done {
  /** The instance afterwards. */
  object: Instance;
  created: (KubernetesObject & Record<string, unknown>)[];
  /** What an operator makes of it. */
  expected: KubernetesObject[];
  /** What was patched beside the instance: its target, and the patch. */
  others: { target: { kind: string; name?: string; selector?: object }; patch: unknown }[];
}

/** Carries an action out on an instance in memory, as the manager does on a cluster; `source` is what is made from. */
export async function act(
  provider: string,
  object: Instance,
  name: string,
  given: Inputs = {},
  source?: KubernetesObject,
): Promise<Done> {
  const { apiVersion, kind } = object;
  const run = { instance: { apiVersion, kind, name: object.metadata.name }, action: name, inputs: given };
  const { action, inputs } = await checkedAction(contentOf(provider), run, object);
  const all = Object.fromEntries(action.inputs.map((input) => [input.name, ""]));
  const scope: Scope = {
    ...instanceScope(object),
    ...{ inputs: { ...all, ...inputs }, NOW, DRAWN: "d".repeat(24), SEALOS_NAMESPACE: NAMESPACE },
    ORGANIZATION: "labring",
  };
  const filled = (text: string, type: { apiVersion: string; kind: string }, more: Scope = {}) =>
    renderPatch(
      { path: `actions/${name}.yaml`, text: text.replaceAll("$(INSTANCE)", object.metadata.name), line: 1 },
      type,
      { ...scope, ...more },
      types,
      "seed",
    );
  const created = [];
  const expected = [];
  for (const each of action.create ?? []) {
    if (each.makes) expected.push(await expectedObject(each.makes, scope));
    const own = (await filled(each.text, each, source && { FROM: source })) as Done["created"][0];
    const part = each.from && source && recordAt(source, each.from.path);
    created.push(part ? (madeFrom({ object: source, part }, own) as Done["created"][0]) : own);
  }
  let after = structuredClone(object);
  const others: Done["others"] = [];
  for (const { target, type, patch: text } of action.patch ?? []) {
    const patch = await filled(text, target);
    const self = target.kind === kind && target.name === "$(INSTANCE)";
    if (!self) others.push({ target, patch });
    else if (type === "json")
      after = jsonPatch.applyPatch(after, patch as Operation[], true, false).newDocument;
    else after = mergePatch(after, patch) as Instance;
  }
  for (const each of [after, ...created]) expect(faults(each), each.kind).toEqual([]);
  return { object: after, created, expected, others };
}

/** What an action would run in its own image, past all checks: the image with its variables, and the script. */
export async function commandOf(
  provider: string,
  object: Instance,
  name: string,
  inputs: Inputs = {},
): Promise<{ own: OwnImage; script: CommandScript }> {
  const action = contentOf(provider).actions.find(
    ({ name: each, target }) => each === name && target?.kind === object.kind,
  );
  const scope = { ...instanceScope(object), inputs, DRAWN: "drawn", SEALOS_NAMESPACE: NAMESPACE };
  const own = action && (await ownImageOf({ action, scope }));
  if (!own) throw new Error(`${provider} runs nothing for ${name}`);
  const lines = action.cmd ?? [];
  return { own, script: await commandScript({ lines, workspace: { env: own.env }, scope, seed: undefined }) };
}

type ActionCall = [provider: string, object: Instance, name: string, inputs?: Inputs];

export async function refusal(
  ...[provider, object, name, inputs, left]: [...ActionCall, left?: Record<string, number>]
): Promise<ProblemError> {
  const { apiVersion, kind } = object;
  const run = {
    instance: { apiVersion, kind, name: object.metadata.name },
    action: name,
    inputs: inputs ?? {},
  };
  const error = await checkedAction(contentOf(provider), run, object, left).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new Error(`${name} is not refused`);
  return error;
}

export const fits = async (provider: string, object: Instance, name: string) => {
  const found = contentOf(provider).actions.find(
    ({ name: each, target }) => each === name && target?.kind === object.kind,
  );
  const inputs = await fittedInputs(found?.inputs ?? [], object);
  return Object.fromEntries(inputs.map((input) => [input.name, input]));
};
