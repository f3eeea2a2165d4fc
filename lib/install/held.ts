import type { KubernetesObject } from "../model/kubernetes.ts";
import { FIELD_MANAGER } from "../model/resources.ts";
import { equal } from "./compare.ts";

type Fields = { [step: string]: Fields };
interface Entry {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  subresource?: string;
  fieldsV1?: Fields;
}

/**
 * Whether applying `wanted` would certainly change nothing: everything that it says is what `live` says, and the
 * fields that the field manager owns there are exactly those. Read from the managed fields, so that nobody has to be asked.
 * `false` means only that it is not certain: amounts written another way, defaults inside atomic lists and the like.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function isHeld(
  wanted: KubernetesObject,
  live: KubernetesObject,
  fieldManager = FIELD_MANAGER,
): boolean {
  if (live.metadata.deletionTimestamp) return false;
  const entry = ownEntry(live, fieldManager);
  if (!entry?.fieldsV1 || entry.apiVersion !== wanted.apiVersion) return false;
  const { apiVersion: _, kind: __, metadata, ...rest } = wanted;
  const { name: ___, namespace: ____, ...authored } = metadata;
  return mapHeld({ ...rest, metadata: authored }, live, entry.fieldsV1);
}

/**
 * What app-manager owns of an object, as text that changes when somebody else changes, removes or takes over one of
 * these fields: a change by another manager takes the field out of ours.
 */
export function ownFields(object: KubernetesObject): string {
  const entry = ownEntry(object, FIELD_MANAGER);
  return entry ? `${entry.apiVersion} ${JSON.stringify(entry.fieldsV1)}` : "";
}

function ownEntry(object: KubernetesObject, fieldManager: string): Entry | undefined {
  const entries = (object.metadata.managedFields ?? []) as Entry[];
  const own = entries.filter(({ manager }) => manager === fieldManager);
  // Fields that were written under our name but not applied belong to another entry: let the server decide.
  return own.length === 1 && own[0]?.operation === "Apply" && !own[0].subresource ? own[0] : undefined;
}

function held(wanted: unknown, live: unknown, fields: Fields): boolean {
  const steps = Object.keys(fields).filter((step) => step !== ".");
  // Owned as a whole: a scalar, an atomic map or list, or an empty one.
  if (steps.length === 0) return equal(wanted, live);
  if (Array.isArray(wanted)) return Array.isArray(live) && listHeld(wanted, live, fields, steps);
  return isRecord(wanted) && isRecord(live) && mapHeld(wanted, live, fields);
}

function mapHeld(wanted: Record<string, unknown>, live: object, fields: Fields): boolean {
  const there = live as Record<string, unknown>;
  const names = Object.keys(wanted).filter((name) => wanted[name] !== undefined);
  let owned = 0;
  for (const step in fields) {
    if (step === ".") continue;
    const name = step.slice(2);
    const inner = fields[step];
    if (!step.startsWith("f:") || !inner || !(name in wanted) || !held(wanted[name], there[name], inner))
      return false;
    owned++;
  }
  // An empty map or list leaves no trace of its own in some schemas, and needs none where it is empty there too.
  return owned === names.length || names.every((name) => `f:${name}` in fields || isEmpty(wanted[name]));
}

/** A list of named items or a set; both have one step per item. */
function listHeld(wanted: unknown[], live: unknown[], fields: Fields, steps: string[]): boolean {
  if (steps.length !== wanted.length) return false;
  const open = new Set(wanted);
  for (const step of steps) {
    const inner = fields[step];
    if (!inner) return false;
    if (step.startsWith("v:")) {
      const value: unknown = JSON.parse(step.slice(2));
      const item = wanted.find((each) => equal(each, value));
      if (item === undefined || !live.some((each) => equal(each, value))) return false;
      open.delete(item);
      continue;
    }
    if (!step.startsWith("k:")) return false;
    const key = JSON.parse(step.slice(2)) as Record<string, unknown>;
    const there = live.find((each) => isRecord(each) && carries(each, key, false));
    // A part of the key that has a default, such as a port's protocol, need not be written.
    const fitting = wanted.filter((each) => open.has(each) && isRecord(each) && carries(each, key, true));
    const [item] = fitting;
    if (fitting.length !== 1 || !isRecord(item) || !isRecord(there)) return false;
    if (!held(item, there, inner)) return false;
    open.delete(item);
  }
  return open.size === 0;
}

function carries(item: Record<string, unknown>, key: Record<string, unknown>, orLacks: boolean): boolean {
  return Object.entries(key).every(
    ([name, value]) => equal(item[name], value) || (orLacks && item[name] === undefined),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value as object).length === 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
