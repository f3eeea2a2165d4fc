import type { KubernetesObject } from "../model/kubernetes.ts";
import type { PlannedObject } from "../model/plan.ts";
import type { Repository } from "../model/resources.ts";

const HIDDEN = "•••";
/** Names of fields and environment variables whose values are not shown. */
const SECRET_NAME = /pass(word|wd|phrase)?|secret|token|credential|private|api[-_]?key|access[-_]?key|auth/i;
const SERVER_FIELDS = new Set([
  "managedFields",
  "resourceVersion",
  "generation",
  "uid",
  "creationTimestamp",
  "selfLink",
]);

/** What of an object a person or an image decides: without status and what the server keeps for itself. */
function essence(object: KubernetesObject): Record<string, unknown> {
  const { status: _, metadata, ...rest } = object;
  return {
    ...rest,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_FIELDS.has(key))),
  };
}

/** Whether two states of an object differ in anything but status and the server's own fields. */
export function drifted(before: KubernetesObject, after: KubernetesObject): boolean {
  return !equal(essence(before), essence(after));
}

/** Whether nothing is new of a repository but when its registry was looked at: it happens every few minutes. */
export function onlyChecked(before: Repository | undefined, after: Repository): boolean {
  return (
    before !== undefined &&
    before.status?.checkedAt !== after.status?.checkedAt &&
    equal({ ...before.status, checkedAt: "" }, { ...after.status, checkedAt: "" }) &&
    !drifted(before, after)
  );
}

/** What differs, secrets masked. Lists of named items are compared by name, others by position. */
export function diffOf(
  before: KubernetesObject,
  after: KubernetesObject,
): NonNullable<PlannedObject["diff"]> {
  const lines: NonNullable<PlannedObject["diff"]> = [];
  const secret = after.kind === "Secret";
  walk(essence(before), essence(after), "", (path, old, now) => {
    const masked = SECRET_NAME.test(path) || (secret && /^(data|stringData)\b/.test(path));
    lines.push({
      path,
      ...(old === undefined ? {} : { before: masked ? HIDDEN : text(old) }),
      ...(now === undefined ? {} : { after: masked ? HIDDEN : text(now) }),
    });
  });
  return lines;
}

function text(value: unknown): string {
  const plain = typeof value === "string" ? value : JSON.stringify(masked(value));
  return plain.length > 400 ? `${plain.slice(0, 400)}…` : plain;
}

/** A whole subtree that came or went may hold secrets too. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  const variable = typeof record.name === "string" && SECRET_NAME.test(record.name);
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => {
      const hide = SECRET_NAME.test(key) ? typeof item !== "object" : variable && key === "value";
      return [key, hide ? HIDDEN : masked(item)];
    }),
  );
}

function walk(
  before: unknown,
  after: unknown,
  path: string,
  report: (path: string, before: unknown, after: unknown) => void,
): void {
  if (equal(before, after)) return;
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      walk(before[key], after[key], path ? `${path}.${key}` : key, report);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, now] = [byName(before), byName(after)];
    for (const key of new Set([...old.keys(), ...now.keys()]))
      walk(old.get(key), now.get(key), `${path}[${key}]`, report);
    return;
  }
  report(path, before, after);
}

function byName(items: unknown[]): Map<string, unknown> {
  const named = items.every((item) => isRecord(item) && typeof item.name === "string");
  const names = named ? items.map((item) => String((item as Record<string, unknown>).name)) : [];
  const distinct = named && new Set(names).size === names.length;
  return new Map(items.map((item, index) => [distinct ? (names[index] ?? "") : String(index), item]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values; absent and undefined are the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) if (!equal(a[key], b[key])) return false;
  return true;
}
