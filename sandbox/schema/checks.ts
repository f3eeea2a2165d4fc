import { isIP } from "node:net";
import { compareQuantities, parseQuantity } from "./quantity.ts";
import { type FieldError, isObject, type Json, type JsonObject } from "./types.ts";

/** Collects field errors under a path, in the words of the API server. */
export class Checker {
  readonly errors: FieldError[];
  readonly path: string;

  constructor(path = "", errors: FieldError[] = []) {
    this.path = path;
    this.errors = errors;
  }

  /** A checker for what lies at `step` below: `.field`, `[0]` or `[key]`. */
  at(step: string | number): Checker {
    const path =
      typeof step === "number" ? `${this.path}[${step}]` : this.path === "" ? step : `${this.path}.${step}`;
    return new Checker(path, this.errors);
  }

  key(key: string): Checker {
    return new Checker(`${this.path}[${key}]`, this.errors);
  }

  required(why = ""): void {
    this.errors.push({
      type: "FieldValueRequired",
      field: this.path,
      message: `Required value${why === "" ? "" : `: ${why}`}`,
    });
  }

  invalid(value: Json, why: string): void {
    this.errors.push({
      type: "FieldValueInvalid",
      field: this.path,
      message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
    });
  }

  duplicate(value: Json): void {
    this.errors.push({
      type: "FieldValueDuplicate",
      field: this.path,
      message: `Duplicate value: ${JSON.stringify(value)}`,
    });
  }

  forbidden(why: string): void {
    this.errors.push({ type: "FieldValueForbidden", field: this.path, message: `Forbidden: ${why}` });
  }

  notFound(value: Json): void {
    this.errors.push({
      type: "FieldValueNotFound",
      field: this.path,
      message: `Not found: ${JSON.stringify(value)}`,
    });
  }

  /** Refuses a text that is not among the allowed ones. */
  oneOf(value: Json, allowed: readonly string[]): void {
    if (typeof value === "string" && allowed.includes(value)) return;
    const list = allowed.map((each) => JSON.stringify(each)).join(", ");
    this.errors.push({
      type: "FieldValueNotSupported",
      field: this.path,
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`,
    });
  }

  matches(value: Json | undefined, rule: Rule): void {
    const text = String(value ?? "");
    if (rule.longest !== undefined && text.length > rule.longest)
      this.invalid(text, `must be no more than ${rule.longest} characters`);
    else if (!rule.pattern.test(text)) this.invalid(text, rule.why);
  }

  port(value: Json | undefined): void {
    if (typeof value !== "number" || value < 1 || value > 65535)
      this.invalid(value ?? 0, "must be between 1 and 65535, inclusive");
  }

  notNegative(value: Json | undefined): void {
    if (typeof value === "number" && value < 0) this.invalid(value, "must be greater than or equal to 0");
  }
}

/** Checks one object, and what an update changes of it. */
export type Validate = (object: JsonObject, check: Checker, old: JsonObject | undefined) => void;

export interface Rule {
  pattern: RegExp;
  why: string;
  longest?: number;
}

export const LABEL: Rule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  why: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
export const SUBDOMAIN: Rule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  why: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
export const WILDCARD: Rule = {
  pattern: /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  why: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
export const CONFIG_KEY: Rule = {
  pattern: /^[-._a-zA-Z0-9]+$/,
  longest: 253,
  why: "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
};
export const ENVIRONMENT: Rule = {
  pattern: /^[\x20-<>-~]+$/,
  why: "a valid environment variable name must consist only of printable ASCII characters other than '='",
};
export const PORT_NAME: Rule = {
  pattern: /^(?=.*[a-z])(?!-)(?!.*--)(?!.*-$)[a-z0-9-]+$/,
  longest: 15,
  why: "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
};
const QUALIFIED_NAME: Rule = {
  pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
  longest: 63,
  why: "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
};
const LABEL_VALUE: Rule = {
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  longest: 63,
  why: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
};

export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Labels below a checker's own path, as on templates and in selectors. */
export function checkLabels(labels: Json | undefined, check: Checker): void {
  for (const [key, value] of Object.entries(object(labels))) {
    const slash = key.lastIndexOf("/");
    if (
      !QUALIFIED_NAME.pattern.test(key.slice(slash + 1)) ||
      (slash >= 0 && !SUBDOMAIN.pattern.test(key.slice(0, slash)))
    ) {
      check.invalid(key, QUALIFIED_NAME.why);
    }
    check.matches(value, LABEL_VALUE);
  }
}

/** Amounts of a resource list: none negative. */
function checkAmounts(list: Json | undefined, check: Checker): void {
  for (const [name, amount] of Object.entries(object(list))) {
    if (parseQuantity(String(amount)).nano < 0n)
      check.key(name).invalid(amount, "must be greater than or equal to 0");
  }
}

/** Requests may not exceed limits. */
export function checkResources(resources: JsonObject, check: Checker): void {
  checkAmounts(resources.limits, check.at("limits"));
  checkAmounts(resources.requests, check.at("requests"));
  for (const [name, amount] of Object.entries(object(resources.requests))) {
    const limit = object(resources.limits)[name];
    if (limit === undefined) continue;
    if (compareQuantities(parseQuantity(String(amount)), parseQuantity(String(limit))) > 0) {
      check.at("requests").invalid(amount, `must be less than or equal to ${name} limit of ${limit}`);
    }
  }
}

/** Whether a label selector selects the labels. */
export function selects(selector: JsonObject, labels: JsonObject): boolean {
  const equal = Object.entries(object(selector.matchLabels)).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    objects(selector.matchExpressions).every((each) => {
      const value = labels[String(each.key)];
      const values = Array.isArray(each.values) ? each.values : [];
      if (each.operator === "In") return value !== undefined && values.includes(value);
      if (each.operator === "NotIn") return value === undefined || !values.includes(value);
      return each.operator === "Exists" ? value !== undefined : value === undefined;
    })
  );
}

export function isCIDR(text: string): boolean {
  const [address = "", bits = ""] = text.split("/");
  const family = isIP(address);
  return family !== 0 && /^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
