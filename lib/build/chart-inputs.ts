import { asIs, type Files, hasExpression, isRecord, parseYaml } from "../images/index.ts";

/** An input as `app.yaml` has it. */
interface Input {
  type: "string" | "number" | "boolean" | "choice";
  title: string;
  description?: string;
  default?: string;
  required?: true;
  options?: string[];
}

/** A form that people read to its end. */
const MOST = 20;
/** Characters of a default that fits a field; longer ones are files, not settings. */
const LONGEST = 256;
const DESCRIPTION = 300;
const OPTIONS = 50;
/** What the Hub decides (an app's objects are called like its installation), and what no path of values may have. */
const DECIDED = /^(global|(name|fullname|namespace)Override|__proto__|constructor|prototype)$/;
/** A name that is one step of a path of values. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

type Scalar = string | number | boolean;

/**
 * The inputs of a chart: the scalars at the top of its values, as its schema lists them, else as values.yaml does. An input
 * becomes the value of its own name. Values that are no single short line are left to the chart.
 */
export function chartInputs(files: Files): Record<string, Input> {
  const valuesText = textOf(files, "values.yaml");
  const values = record(parseYaml(asIs(valuesText), "chart/values.yaml")[0]?.plain());
  const lines = valuesText.split(/\r?\n/);
  const schema = schemaOf(files);
  const properties = record(schema.properties);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const names = Object.keys(Object.keys(properties).length > 0 ? properties : values);
  const inputs: Record<string, Input> = {};
  for (const name of names) {
    if (Object.keys(inputs).length === MOST) break;
    if (DECIDED.test(name) || !NAME.test(name)) continue;
    const property = record(properties[name]);
    const input = inputOf(values[name] ?? property.default, property);
    if (!input) continue;
    const description = text(property.description) ?? commentOn(name, lines);
    inputs[name] = {
      ...input,
      title: text(property.title) ?? words(name),
      ...(description ? { description: description.slice(0, DESCRIPTION) } : {}),
      ...(required.includes(name) && !input.default ? { required: true } : {}),
    };
  }
  return inputs;
}

function inputOf(value: unknown, property: Record<string, unknown>): Omit<Input, "title"> | undefined {
  const preset = value === null || value === undefined ? undefined : scalar(value);
  if (value !== null && value !== undefined && preset === undefined) return undefined;
  const options = Array.isArray(property.enum) ? property.enum.map(scalar) : undefined;
  const chosen = options?.every((each) => each !== undefined) ? options.map(String) : undefined;
  if (chosen && chosen.length > 0 && chosen.length <= OPTIONS) {
    const known = preset !== undefined && chosen.includes(String(preset));
    return { type: "choice", options: chosen, ...(known ? { default: String(preset) } : {}) };
  }
  const type = typeOf(property.type) ?? (preset === undefined ? undefined : typeOf(typeof preset));
  return type && { type, ...(preset === undefined ? {} : { default: String(preset) }) };
}

function typeOf(type: unknown): "string" | "number" | "boolean" | undefined {
  const named = Array.isArray(type) ? type.filter((each) => each !== "null") : [type];
  if (named.length !== 1) return undefined;
  const [only] = named;
  if (only === "integer") return "number";
  return only === "string" || only === "number" || only === "boolean" ? only : undefined;
}

/** The value when a field of a form can hold it and give it back the same. */
function scalar(value: unknown): Scalar | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
  const fits =
    typeof value === "string" && value.length <= LONGEST && !/\p{C}/u.test(value) && !hasExpression(value);
  return fits ? value : undefined;
}

/** What values.yaml says of a key: `@param key text`, else the comment right above it, from `--` where it has that. */
function commentOn(name: string, values: readonly string[]): string {
  const comment = (line: string) => line.replace(/^[#\s]+/, "").trim();
  for (const line of values) {
    const [tag, key, ...said] = line.startsWith("#") ? comment(line).split(/\s+/) : [];
    if (tag === "@param" && key === name) return said.join(" ").replace(/^\[[^\]]*\]\s*/, "");
  }
  const at = values.findIndex((line) => line.startsWith(`${name}:`));
  const above = values.slice(0, Math.max(0, at));
  const lines = above
    .slice(above.findLastIndex((line) => !line.startsWith("#")) + 1)
    .map(comment)
    .filter((line) => !/^(ref\b|https?:)/i.test(line));
  const from = lines.findLastIndex((line) => line.startsWith("-- "));
  return lines
    .slice(Math.max(0, from))
    .join(" ")
    .replace(/^-- (\([^)]*\) )?/, "")
    .trim();
}

function schemaOf(files: Files): Record<string, unknown> {
  try {
    return record(JSON.parse(textOf(files, "values.schema.json") || "{}"));
  } catch {
    // Reading the image names the file that is no JSON.
    return {};
  }
}

function textOf(files: Files, path: string): string {
  return Buffer.from(files.get(path) ?? new Uint8Array()).toString("utf8");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value.replace(/\s+/g, " ").trim() : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** `redis-cluster` and `replicaCount` as people write them. */
export function words(name: string): string {
  return name
    .replace(/[-_.]+/g, " ")
    .replace(
      /([a-z0-9])([A-Z])(?=[a-z])/g,
      (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
    )
    .replace(/^./, (letter) => letter.toUpperCase());
}
