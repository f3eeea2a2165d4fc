import { labelValueErrors, qualifiedErrors } from "./names.ts";
import { badRequest } from "./status.ts";

type Values = Readonly<Record<string, string>> | undefined;
export type LabelSelector = (labels: Values) => boolean;

type Requirement = { key: string; operator: string; values: string[] };

/** Parses `a=b,c!=d,e in (f,g),h,!i`. Throws 400 in the words of the API server when it is none. */
export function parseLabelSelector(selector: string | null | undefined): LabelSelector | undefined {
  if (!selector?.trim()) return;
  const requirements = new Parser(selector).parse().map(matcher);
  return (labels) => requirements.every((matches) => matches(labels));
}

function matcher({ key, operator, values }: Requirement): LabelSelector {
  const [first = ""] = values;
  switch (operator) {
    case "exists":
      return (labels) => labels?.[key] !== undefined;
    case "!":
      return (labels) => labels?.[key] === undefined;
    case "in":
      return (labels) => labels?.[key] !== undefined && values.includes(labels[key]);
    case "notin":
      return (labels) => labels?.[key] === undefined || !values.includes(labels[key]);
    case "!=":
      return (labels) => labels?.[key] !== first;
    case ">":
      return (labels) => Number(labels?.[key]) > Number(first);
    case "<":
      return (labels) => Number(labels?.[key]) < Number(first);
    default:
      return (labels) => labels?.[key] === first;
  }
}

const SYMBOLS = new Set(["=", "==", "!=", "!", "(", ")", ",", ">", "<"]);
const OPERATORS = new Set(["=", "==", "!=", ">", "<", "in", "notin"]);
const requirementError = (why: string) => badRequest(`unable to parse requirement: ${why}`);

/** The grammar of `k8s.io/apimachinery/pkg/labels`. */
class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
  }

  #next = () => this.#tokens[this.#at++] ?? "";
  #peek = () => this.#tokens[this.#at] ?? "";
  #isWord = (token: string) => token !== "" && !SYMBOLS.has(token);

  parse(): Requirement[] {
    const out: Requirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token === "") return out;
      if (!this.#isWord(token) && token !== "!")
        throw badRequest(`found '${token}', expected: !, identifier, or 'end of string'`);
      out.push(this.#requirement());
      const after = this.#next();
      if (after === "") return out;
      if (after !== ",") throw badRequest(`found '${after}', expected: ',' or 'end of string'`);
      const following = this.#peek();
      if (!this.#isWord(following) && following !== "!")
        throw badRequest(`found '${following}', expected: identifier after ','`);
    }
  }

  #requirement(): Requirement {
    let key = this.#next();
    const not = key === "!";
    if (not) key = this.#next();
    if (!this.#isWord(key)) throw requirementError(`found '${key}', expected: identifier`);
    for (const rule of qualifiedErrors(key, "label key"))
      throw requirementError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${rule}`);
    if (not) return { key, operator: "!", values: [] };
    if (this.#peek() === "" || this.#peek() === ",") return { key, operator: "exists", values: [] };
    const operator = this.#next();
    if (!OPERATORS.has(operator))
      throw requirementError(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === "in" || operator === "notin" ? this.#set() : [this.#value()];
    for (const [i, value] of values.entries()) {
      if ((operator === ">" || operator === "<") && !/^-?\d+$/.test(value))
        throw requirementError(
          `values[${i}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        );
      for (const rule of labelValueErrors(value))
        throw requirementError(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${rule}`);
    }
    return { key, operator, values };
  }

  #value(): string {
    if (this.#peek() === "" || this.#peek() === ",") return "";
    const value = this.#next();
    if (!this.#isWord(value)) throw requirementError(`found '${value}', expected: identifier`);
    return value;
  }

  #set(): string[] {
    const open = this.#next();
    if (open !== "(") throw requirementError(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      const token = this.#next();
      if (token === ")") return values.length > 0 ? values : [""];
      if (token === ",") values.push("");
      else if (this.#isWord(token)) {
        values.push(token);
        const after = this.#peek();
        if (after !== "," && after !== ")") throw requirementError(`found '${after}', expected: ',' or ')'`);
        if (after === ",") this.#at++;
      } else throw requirementError(`found '${token}', expected: ',', ')' or identifier`);
    }
  }
}

export interface FieldRequirement {
  field: string;
  equal: boolean;
  value: string;
}

/** Parses `metadata.name=a,status.phase!=Running`. Throws 400 when it is none. */
export function parseFieldSelector(selector: string | null | undefined): FieldRequirement[] {
  if (!selector?.trim()) return [];
  return selector
    .split(/(?<!\\),/)
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^([^=!]*)(==|=|!=)(.*)$/.exec(term);
      if (!match) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
      const [, field = "", operator, value = ""] = match;
      const bare = /(?<!\\)[,=]/.exec(value)?.[0];
      if (bare)
        throw badRequest(`invalid field selector: unescaped character in value: ${bare.charCodeAt(0)}`);
      return { field: field.trim(), equal: operator !== "!=", value: value.replace(/\\([\\,=])/g, "$1") };
    });
}

/** Fields besides `metadata.name` and `metadata.namespace` that a field selector may name, by storage key. */
const SELECTABLE: Record<string, string[]> = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  secrets: ["type"],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  nodes: ["spec.unschedulable"],
  namespaces: ["status.phase"],
  services: ["spec.clusterIP", "spec.type"],
  "apps/replicasets": ["status.replicas"],
  replicationcontrollers: ["status.replicas"],
  "batch/jobs": ["status.successful"],
  "certificates.k8s.io/certificatesigningrequests": ["spec.signerName"],
};

/** Throws 400 when a selector names a field that the kind cannot be selected by. */
export function checkSelectable(
  storage: string,
  requirements: FieldRequirement[],
  custom?: { selectable?: string[] },
): void {
  for (const { field } of requirements) {
    if (field === "metadata.name" || field === "metadata.namespace") continue;
    if (custom) {
      if (!custom.selectable?.includes(field)) throw badRequest(`field label not supported: ${field}`);
      continue;
    }
    if (!SELECTABLE[storage]?.includes(field)) {
      throw badRequest(
        SELECTABLE[storage]
          ? `field label not supported: ${field}`
          : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    }
  }
}

/** True when every requirement beyond name and namespace holds for an object's text. */
export function matchesFields(
  requirements: FieldRequirement[],
  entry: { name: string; namespace: string; body: string },
): boolean {
  let parsed: unknown;
  return requirements.every(({ field, equal, value }) => {
    if (field === "metadata.name") return (entry.name === value) === equal;
    if (field === "metadata.namespace") return (entry.namespace === value) === equal;
    parsed ??= JSON.parse(entry.body);
    return (fieldValue(parsed, field) === value) === equal;
  });
}

function fieldValue(object: unknown, field: string): string {
  let current: unknown = object;
  for (const step of field.split(".")) current = (current as Record<string, unknown> | undefined)?.[step];
  if (field === "source") current = (current as { component?: string } | undefined)?.component;
  if (current === undefined || current === null)
    return field.endsWith("eplicas") ? "0" : (DEFAULTS[field] ?? "");
  return String(current);
}

const DEFAULTS: Record<string, string> = { "spec.unschedulable": "false", "spec.hostNetwork": "false" };
