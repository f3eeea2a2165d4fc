/** Splits `metadata.labels["a.b/c"].x[0]` into its keys, of which one like `status=False` names an entry of a list. */
export function pathKeys(path: string): string[] {
  const keys: string[] = [];
  const token = /\.?([^.[\]]+)|\[(?:"([^"]*)"|'([^']*)'|(\d+|\w+=\w+))\]/gy;
  for (let match = token.exec(path); match; match = token.exec(path)) {
    keys.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
  }
  return keys;
}

/**
 * The value at a dotted path, or undefined. Only own properties are seen. `conditions[type=Ready]` is the first entry of
 * the list with that text in that field.
 */
export function valueAt(root: unknown, path: string): unknown {
  let value: unknown = root;
  for (const key of pathKeys(path)) {
    const [, field, text] = /^(\w+)=(\w+)$/.exec(key) ?? [];
    if (Array.isArray(value) && field) {
      value = value.find((each) => textAt(each, field) === text);
      continue;
    }
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The value as an object, or an empty one. */
export function recordAt(root: unknown, path: string): Record<string, unknown> {
  const value = valueAt(root, path);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The value as a list, or an empty one. */
export function listAt(root: unknown, path: string): unknown[] {
  const value = valueAt(root, path);
  return Array.isArray(value) ? value : [];
}

/** The value as text, or undefined when it is neither text, number nor boolean. */
export function textAt(root: unknown, path: string): string | undefined {
  const value = valueAt(root, path);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** The value as a number, or undefined. */
export function numberAt(root: unknown, path: string): number | undefined {
  const value = valueAt(root, path);
  return typeof value === "number" ? value : undefined;
}

/** Whether every label asked for is there; an empty selector selects nothing. */
export function selects(
  selector: Record<string, string>,
  labels: Record<string, string> | undefined,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
}
