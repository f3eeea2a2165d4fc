import { z } from "zod";
import type { Action, SourceFile } from "../model/image.ts";
import { ImageError } from "./error.ts";
import { inputDeclarations, inputsSchema, parseHeaderYaml, parseWith } from "./header.ts";

const kind = { apiVersion: z.string().min(1), kind: z.string().min(1) };
const phases = ["ON_INSTALL", "ON_RUN", "ON_CLOSE", "ON_UNINSTALL"] as const;
const patchBody = z.union([z.string(), z.looseObject({}), z.array(z.unknown())]);

const schema = z.looseObject({
  apiVersion: z.string().startsWith("actions.sealos.io/", "an action's apiVersion is actions.sealos.io/v1"),
  kind: z.literal("Action"),
  metadata: z.looseObject({
    name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "a name of lower-case letters, digits and '-'"),
  }),
  spec: z.looseObject({
    title: z.string().optional(),
    description: z.string().optional(),
    i18n: z
      .record(z.string(), z.object({ title: z.string().optional(), description: z.string().optional() }))
      .optional(),
    phase: z.enum(phases).nullish(),
    target: z.object(kind).optional(),
    inputs: inputsSchema,
    timeoutSeconds: z.number().int().positive().max(86_400).optional(),
    patch: z
      .object({
        target: z.object({ ...kind, name: z.string().min(1) }),
        type: z.enum(["merge", "json", "strategic"]).default("merge"),
        patch: patchBody,
      })
      .optional(),
    apply: z.union([z.string().transform((path) => [path]), z.array(z.string())]).optional(),
    delete: z.union([z.string().transform((path) => [path]), z.array(z.string())]).optional(),
    cmd: z.union([z.string().transform((line) => [line]), z.array(z.string())]).optional(),
  }),
});

/** Reads one `actions.sealos.io/v1 Action`. @throws ImageError with file and line. */
export function readAction(source: SourceFile, warnings: string[]): Action {
  const document = parseHeaderYaml(source);
  const { metadata, spec } = parseWith(schema, document);
  const ways = (["patch", "apply", "delete", "cmd"] as const).filter((way) => spec[way] !== undefined);
  if (ways.length !== 1) {
    throw new ImageError(
      [
        `the action ${metadata.name} needs exactly one of patch, apply, delete and cmd, and has ${ways.length}`,
        `操作 ${metadata.name} 只能有 patch、apply、delete、cmd 中的一个，现在有 ${ways.length} 个`,
      ],
      { file: source.path, line: document.yaml.line(document.yaml.root) },
    );
  }
  const action: Action = {
    name: metadata.name,
    inputs: inputDeclarations(spec.inputs, source.path, warnings),
  };
  if (spec.title) action.title = spec.title;
  if (spec.description) action.description = spec.description;
  if (spec.i18n) action.i18n = spec.i18n;
  if (spec.phase) action.phase = spec.phase;
  if (spec.target) action.target = spec.target;
  if (spec.timeoutSeconds) action.timeoutSeconds = spec.timeoutSeconds;
  if (spec.apply) action.apply = spec.apply;
  if (spec.delete) action.delete = spec.delete;
  if (spec.cmd) action.cmd = spec.cmd;
  if (spec.patch) {
    const { patch } = spec.patch;
    action.patch = { ...spec.patch, patch: typeof patch === "string" ? patch : JSON.stringify(patch) };
  }
  return action;
}
