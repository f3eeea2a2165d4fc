import type { Action, InstanceKind, ProviderDeclaration, SourceFile } from "../model/image.ts";
import { ImageError, type Sentence } from "./error.ts";
import { lineOf } from "./header.ts";

const WAYS = ["stop", "start"] as const;

/** Holds the ways to stop and start instances to the image's actions. @throws ImageError at the line of the one that is wrong */
export function checkStops(
  source: SourceFile,
  { instances }: ProviderDeclaration,
  actions: readonly Action[],
): void {
  for (const [index, kind] of instances.entries())
    for (const way of WAYS) {
      const fault = faultOf(kind, way, actions);
      if (!fault) continue;
      const path = ["spec", "provider", "instances", String(index), way];
      const [en, zh] = fault;
      const line = lineOf(source, kind[way] === undefined ? path.slice(0, -1) : path);
      throw new ImageError([`${path.join(".")}: ${en}`, `${path.join(".")}：${zh}`], {
        file: source.path,
        line,
      });
    }
}

function faultOf(
  kind: InstanceKind,
  way: (typeof WAYS)[number],
  actions: readonly Action[],
): Sentence | undefined {
  const name = kind[way];
  if (name === undefined)
    return WAYS.some((other) => kind[other] !== undefined)
      ? [
          "what can be stopped has to be started again: name both actions",
          "能停止的必须也能再启动：请同时填写两个操作",
        ]
      : undefined;
  const own = actions.filter(
    ({ target }) => target?.apiVersion === kind.apiVersion && target.kind === kind.kind,
  );
  const action = own.find((each) => each.name === name);
  if (!action) {
    const names = own.map((each) => each.name).join(", ");
    return [
      `the image has no action "${name}" for ${kind.kind}; it has: ${names || "none"}`,
      `镜像中没有用于 ${kind.kind} 的操作“${name}”；已有：${names || "无"}`,
    ];
  }
  const asked = action.inputs.find((input) => input.required && input.default === undefined);
  if (asked)
    return [
      `the action ${name} asks for "${asked.name}", and nobody is there to fill it in`,
      `操作 ${name} 需要填写“${asked.name}”，而自动执行时无人填写`,
    ];
  if (!action.checks?.length)
    return [
      `the action ${name} has no checks, which tell whether an instance runs`,
      `操作 ${name} 没有 checks，无法判断实例是否在运行`,
    ];
  return undefined;
}
