import { Expressions, hasExpression, type Scope, splitExpressions } from "../../images/index.ts";
import { isRecord } from "../../images/scan.ts";
import type { ChartContent, ImageContent } from "../../model/image.ts";
import { asProblem } from "../render-problem.ts";

/**
 * A chart's values: `spec.chart.values` with its expressions filled in, and above them each input at its place. An empty
 * input is left to the chart's own default.
 */
export async function chartValues(
  content: ImageContent,
  chart: ChartContent,
  scope: Scope & { inputs: Readonly<Record<string, string>> },
): Promise<Record<string, unknown>> {
  const interpreter = await Expressions.create();
  const fill = async (value: unknown, path: string[]): Promise<unknown> => {
    if (typeof value === "string" && hasExpression(value)) {
      const [outcome] = await interpreter.evaluateAll(
        [{ parts: splitExpressions(value, `spec.chart.values.${path.join(".")}`) }],
        scope,
      );
      if (!outcome) return undefined;
      if ("error" in outcome) throw asProblem(outcome.error);
      const text = outcome.value === undefined ? "" : String(outcome.value);
      return typed(text, wantedAt(chart, path));
    }
    if (Array.isArray(value))
      return Promise.all(value.map((each, index) => fill(each, [...path, String(index)])));
    if (!isRecord(value)) return value;
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, each]) => [key, await fill(each, [...path, key])] as const),
    );
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  };
  const values = (await fill(chart.values ?? {}, [])) as Record<string, unknown>;
  for (const [name, dotted] of Object.entries(chart.inputs)) {
    const path = dotted.split(".");
    const declared = content.inputs.find((input) => input.name === name)?.type;
    const value = typed(scope.inputs[name] ?? "", wantedAt(chart, path) ?? declared);
    if (value !== undefined && value !== "") place(values, path, value);
  }
  return values;
}

/** The type that the chart's schema, else its values.yaml, has at this place. */
function wantedAt({ schema, defaults }: ChartContent, path: readonly string[]): string | undefined {
  let node: unknown = schema;
  for (const step of path)
    node = isRecord(node) && isRecord(node.properties) ? node.properties[step] : undefined;
  if (isRecord(node) && typeof node.type === "string") return node.type;
  let value: unknown = defaults;
  for (const step of path) value = isRecord(value) ? value[step] : undefined;
  return value === null || value === undefined ? undefined : typeof value;
}

/** Text as what is wanted there; text that is nothing of the kind stays text, for the chart's schema to refuse. */
function typed(text: string, wanted: string | undefined): unknown {
  if (wanted !== "number" && wanted !== "integer" && wanted !== "boolean") return text;
  if (text === "") return undefined;
  if (wanted === "boolean") return text === "true" ? true : text === "false" ? false : text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function place(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = values;
  for (const step of path.slice(0, -1)) {
    const next = node[step];
    if (isRecord(next)) node = next;
    else {
      const made: Record<string, unknown> = {};
      node[step] = made;
      node = made;
    }
  }
  node[path.at(-1) ?? ""] = value;
}
