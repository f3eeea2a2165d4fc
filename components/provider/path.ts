/** One step into an object: a field's name or a list's index. */
export type Step = string | number;
export type Path = readonly Step[];

const STEP = /\.?(?:([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/y;

/**
 * Parses an `x-path`: dotted, keys with dots quoted, lists by index.
 * `metadata.labels["a.b/c"]` → `["metadata", "labels", "a.b/c"]`. Throws a SyntaxError on anything else.
 */
export function parsePath(text: string): Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const from = STEP.lastIndex;
    const match = STEP.exec(text);
    if (!match) throw new SyntaxError(`Not a path at character ${from + 1}: ${text}`);
    const [, name, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
  }
  if (steps.length === 0) throw new SyntaxError("The path is empty");
  return steps;
}

/**
 * Reads a field path as API servers write it in errors: `spec.users[zalando][0]`, `spec.volume.size`,
 * `/spec/volume/size` (JSON pointer). Never throws; what it cannot read ends the path.
 */
export function parseErrorPath(text: string): Step[] {
  if (text.startsWith("/")) {
    return text
      .slice(1)
      .split("/")
      .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"))
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  }
  const steps: Step[] = [];
  for (const match of text.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    const step = (match[1] ?? match[2] ?? "").replace(/^"(.*)"$/, "$1");
    steps.push(match[2] !== undefined && /^\d+$/.test(step) ? Number(step) : step);
  }
  return steps;
}

/** The value at a path of plain data; undefined when a step is missing. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (value === null || typeof value !== "object") return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    value = (value as Record<Step, unknown>)[step];
  }
  return value;
}

/** True when `path` begins with `prefix`. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => String(step) === String(path[index]));
}
