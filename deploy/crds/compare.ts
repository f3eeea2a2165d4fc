/** A node of a structural schema (apiextensions.k8s.io/v1 JSONSchemaProps), as far as it is compared. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  nullable?: boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-validations"?: { rule: string; optionalOldSelf?: boolean }[];
  [field: string]: unknown;
}

export interface Definition {
  metadata: { name: string };
  spec: {
    scope: string;
    names: { kind: string; plural: string };
    versions: {
      name: string;
      served: boolean;
      storage: boolean;
      schema?: { openAPIV3Schema?: Schema };
    }[];
  };
}

/** Limits that refuse more the higher they are, and those that refuse more the lower they are. */
const LOWER = ["minimum", "minLength", "minItems", "minProperties"];
const UPPER = ["maximum", "maxLength", "maxItems", "maxProperties"];
const OTHER = [
  "pattern",
  "format",
  "multipleOf",
  "uniqueItems",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
];
/** How a rule begins that judges what is made or changed, and lets what is stored be. */
const UNCHANGED = "oldSelf.orValue({}) == self || ";

/**
 * What of a newer definition could break objects that were stored under an older one: versions and fields that are gone
 * (their values would be dropped), and whatever refuses more than before. Empty: an upgrade needs no conversion.
 */
export function breakingChanges(former: Definition, now: Definition): string[] {
  const { name } = former.metadata;
  const found: string[] = [];
  if (former.spec.scope !== now.spec.scope) found.push(`${name}: the scope cannot change`);
  if (former.spec.names.kind !== now.spec.names.kind) found.push(`${name}: the kind cannot change`);
  for (const version of former.spec.versions) {
    const next = now.spec.versions.find((each) => each.name === version.name);
    const where = `${name} ${version.name}`;
    if (!next) {
      found.push(`${where}: the version is gone; objects may be stored in it`);
      continue;
    }
    if (version.served && !next.served) found.push(`${where}: the version is not served any more`);
    found.push(...compare(version.schema?.openAPIV3Schema ?? {}, next.schema?.openAPIV3Schema ?? {}, where));
  }
  return found;
}

function compare(former: Schema, now: Schema, where: string): string[] {
  const found: string[] = [];
  const tell = (what: string) => found.push(`${where}: ${what}`);
  if (former.type !== now.type && !now["x-kubernetes-int-or-string"])
    tell(`the type was ${former.type}, is ${now.type}`);
  if (former.nullable && !now.nullable) tell("null is not allowed any more");
  for (const field of now.required ?? [])
    if (!former.required?.includes(field) && now.properties?.[field]?.default === undefined)
      tell(`${field} is required now`);
  if (now.enum) {
    const gone = former.enum?.filter((value) => !now.enum?.includes(value));
    if (!gone) tell("only some values are allowed now");
    else if (gone.length) tell(`values are not allowed any more: ${gone.join(", ")}`);
  }
  for (const limit of LOWER) if (stricter(now[limit], former[limit])) tell(`${limit} is higher`);
  for (const limit of UPPER)
    if (stricter(former[limit] ?? Number.POSITIVE_INFINITY, now[limit])) tell(`${limit} is lower`);
  for (const rule of OTHER)
    if (now[rule] !== undefined && now[rule] !== former[rule]) tell(`${rule} is new or another`);
  const rules = new Set(former["x-kubernetes-validations"]?.map(({ rule }) => rule));
  for (const { rule, optionalOldSelf } of now["x-kubernetes-validations"] ?? []) {
    // A rule about changes does not judge what is stored, nor does one that lets it be as long as it stays as it is.
    const isTransition = /\boldSelf\b/.test(rule) && (!optionalOldSelf || rule.startsWith(UNCHANGED));
    if (!rules.has(rule) && !isTransition) tell(`new rule: ${rule}`);
  }

  const open = now["x-kubernetes-preserve-unknown-fields"] === true;
  if (former["x-kubernetes-preserve-unknown-fields"] && !open) tell("unknown fields are dropped now");
  for (const [field, schema] of Object.entries(former.properties ?? {})) {
    const next = now.properties?.[field];
    if (next) found.push(...compare(schema, next, `${where}.${field}`));
    else if (!open) tell(`${field} is gone; its values would be dropped`);
  }
  if (former.items && now.items) found.push(...compare(former.items, now.items, `${where}[]`));
  const { additionalProperties: values } = former;
  if (typeof values === "object") {
    if (typeof now.additionalProperties === "object")
      found.push(...compare(values, now.additionalProperties, `${where}.*`));
    else if (!open) tell("free keys are gone; their values would be dropped");
  }
  return found;
}

function stricter(higher: unknown, lower: unknown): boolean {
  if (typeof higher !== "number") return false;
  if (lower === undefined) return Number.isFinite(higher);
  return typeof lower === "number" && higher > lower;
}
