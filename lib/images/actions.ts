import { z } from "zod";
import { ACTION_GROUPS } from "../model/action-groups.ts";
import type { Action, ActionObject, SourceFile } from "../model/image.ts";
import { ImageError } from "./error.ts";
import { inputDeclarations, inputsSchema, parseHeaderYaml, parseWith } from "./header.ts";
import { expression } from "./requests.ts";

const kind = { apiVersion: z.string().min(1), kind: z.string().min(1) };
const phases = ["ON_INSTALL", "ON_RUN", "ON_CLOSE", "ON_UNINSTALL"] as const;
const patchBody = z.union([z.string(), z.looseObject({}), z.array(z.unknown())]);
const selector = z.record(z.string(), z.string()).refine((labels) => Object.keys(labels).length > 0);
const patched = z
  .object({ ...kind, name: z.string().min(1).optional(), selector: selector.optional() })
  .refine(({ name, selector }) => (name === undefined) !== (selector === undefined), {
    message: "a target has either a name or a selector",
  });
const patch = z.object({
  target: patched.optional(),
  type: z.enum(["merge", "json", "strategic"]).default("merge"),
  patch: patchBody,
});
const made = z.looseObject({ ...kind, metadata: z.looseObject({ name: z.string().min(1) }) });
const part = z.strictObject({ ...kind, name: z.string().min(1), path: z.string().min(1) });
const expected = z.strictObject({ ...kind, name: z.string().min(1), like: expression });
const created = z.union([
  z.strictObject({
    object: made,
    existing: z.enum(["refuse", "keep"]).default("refuse"),
    from: part.optional(),
    follow: z.boolean().default(false),
    makes: expected.optional(),
  }),
  made.transform((object) => ({
    ...{ object, existing: "refuse" as const, follow: false },
    ...{ from: undefined, makes: undefined },
  })),
]);
/** Variables of their own that programs do not take for orders. */
const variable = z
  .string()
  .regex(/^(?!(PATH|HOME|TMPDIR|IFS|ENV|SHELLOPTS)$|BASH|LD_|HUB_|KUBE|HELM_)[A-Z][A-Z0-9_]*$/);
const env = z.record(
  variable,
  z.union([
    z.string().transform((value) => ({ value })),
    z.strictObject({
      secret: z.strictObject({
        name: z.string().min(1),
        key: z.string().min(1),
        shown: z.boolean().optional(),
      }),
    }),
  ]),
);
/** One, or a list of them. */
const listOf = <S extends z.ZodType>(one: S) =>
  z.union([one.transform((only) => [only]), z.array(one).min(1)]);

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
    group: z.enum(ACTION_GROUPS).optional(),
    phase: z.enum(phases).nullish(),
    target: listOf(z.object(kind)).optional(),
    inputs: inputsSchema,
    timeoutSeconds: z.number().int().positive().max(86_400).optional(),
    checks: z
      .array(
        z.object({
          that: z.string().min(1),
          message: z.string().min(1),
          input: z.string().optional(),
          i18n: z.record(z.string(), z.object({ message: z.string().optional() })).optional(),
        }),
      )
      .optional(),
    patch: listOf(patch).optional(),
    create: listOf(created).optional(),
    apply: z.union([z.string().transform((path) => [path]), z.array(z.string())]).optional(),
    delete: z.union([z.string().transform((path) => [path]), z.array(z.string())]).optional(),
    cmd: z.union([z.string().transform((line) => [line]), z.array(z.string())]).optional(),
    image: z.string().min(1).optional(),
    env: env.optional(),
  }),
});

/**
 * Reads one `actions.sealos.io/v1 Action`: one for each kind that it targets.
 * @throws ImageError with file and line
 */
export function readAction(source: SourceFile, warnings: string[]): Action[] {
  const document = parseHeaderYaml(source);
  const { metadata, spec } = parseWith(schema, document);
  const wrong = (en: string, zh: string) =>
    new ImageError([en, zh], { file: source.path, line: document.yaml.line(document.yaml.root) });
  const { name } = metadata;
  const ways = (["patch", "create", "apply", "delete", "cmd"] as const).filter(
    // Objects may be made for a patch, and both beside commands in an image of their own.
    (way) =>
      spec[way] !== undefined &&
      !(way === "create" && spec.patch) &&
      !(spec.image && spec.cmd && (way === "create" || way === "patch")),
  );
  if (ways.length !== 1)
    throw wrong(
      `the action ${name} needs exactly one of patch, create, apply, delete and cmd, and has ${ways.length}`,
      `操作 ${name} 只能有 patch、create、apply、delete、cmd 中的一个，现在有 ${ways.length} 个`,
    );
  if (!spec.target && (spec.create || spec.patch?.some(({ target }) => !target || target.selector)))
    throw wrong(
      `the action ${name} makes objects or finds them by itself: only one with a target may`,
      `操作 ${name} 自行创建或查找对象：只有声明了 target 的操作可以这样做`,
    );
  if ((spec.image || spec.env) && !(spec.image && spec.cmd && spec.target))
    throw wrong(
      `the action ${name} has an image or env of its own: only cmd of one with a target may`,
      `操作 ${name} 声明了自己的 image 或 env：只有声明了 target 的 cmd 可以这样做`,
    );
  const all = spec.create ?? [];
  if (all.some(({ from }) => from?.apiVersion === "v1" && from.kind === "Secret"))
    throw wrong(
      `the action ${name} copies from a Secret: name the Secret where it is used instead`,
      `操作 ${name} 从 Secret 复制内容：请在使用处引用该 Secret`,
    );
  const followed = all.filter(({ follow }) => follow);
  const isJob = ({ object }: (typeof all)[number]) =>
    object.apiVersion === "batch/v1" && object.kind === "Job";
  if (
    followed.length > 1 ||
    (spec.cmd && followed.length > 0) ||
    !followed.every((each) => isJob(each) && each.existing === "refuse")
  )
    throw wrong(
      `the action ${name} follows what it cannot: it may follow one Job of batch/v1 that it makes itself, and not beside cmd`,
      `操作 ${name} 的 follow 有误：只能跟随自己创建的一个 batch/v1 Job，且不能与 cmd 同用`,
    );
  const inputs = inputDeclarations(spec.inputs, source.path, warnings);
  return (spec.target ?? [undefined]).map((target) => {
    const action: Action = { name, inputs };
    if (spec.title) action.title = spec.title;
    if (spec.description) action.description = spec.description;
    if (spec.i18n) action.i18n = spec.i18n;
    if (spec.group) action.group = spec.group;
    if (spec.phase) action.phase = spec.phase;
    if (target) action.target = target;
    if (spec.checks) action.checks = spec.checks;
    if (spec.timeoutSeconds) action.timeoutSeconds = spec.timeoutSeconds;
    if (spec.apply) action.apply = spec.apply;
    if (spec.delete) action.delete = spec.delete;
    if (spec.cmd) action.cmd = spec.cmd;
    if (spec.image) action.image = spec.image;
    if (spec.env) action.env = spec.env;
    if (spec.create) action.create = spec.create.map(asText);
    if (spec.patch)
      action.patch = spec.patch.map(({ target: own, type, patch }) => ({
        target: own ?? { ...(target as NonNullable<typeof target>), name: "$(INSTANCE)" },
        type,
        patch: typeof patch === "string" ? patch : asTemplate(patch),
      }));
    return action;
  });
}

function asText({ object, existing, from, follow, makes }: z.output<typeof created>): ActionObject {
  const { apiVersion, kind } = object;
  return {
    ...{ apiVersion, kind, text: asTemplate(object) },
    ...(existing === "keep" && { keep: true }),
    ...(from && { from }),
    ...(follow && { follow }),
    ...(makes && { makes }),
  };
}

/** Data as JSON whose expressions stand as their author wrote them, not as JSON would escape them. */
function asTemplate(data: unknown): string {
  const expressions: string[] = [];
  const json = JSON.stringify(data, (_, value: unknown) =>
    typeof value === "string"
      ? value.replace(/\$\{\{.*?\}\}/gs, (expression) => `\uE000${expressions.push(expression) - 1}\uE001`)
      : value,
  );
  return json.replace(/\uE000(\d+)\uE001/g, (_, index: string) => expressions[Number(index)] ?? "");
}
