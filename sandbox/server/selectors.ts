import { badRequest } from "./status.ts";

type Values = Readonly<Record<string, string>> | undefined;
export type LabelSelector = (labels: Values) => boolean;

const REQUIREMENT =
  /^\s*(?:(!)\s*([^\s,!=()]+)|([^\s,!=()<>]+)\s+(in|notin)\s*\(([^)]*)\)|([^\s,!=()<>]+)\s*(==|=|!=|>|<)\s*([^\s,()=!<>]*)|([^\s,!=()<>]+))\s*(?:,|$)/;

/** Parses `a=b,c!=d,e in (f,g),h,!i`. Throws 400 when it is none. */
export function parseLabelSelector(selector: string | null | undefined): LabelSelector | undefined {
  let rest = selector?.trim();
  if (!rest) return;
  const requirements: LabelSelector[] = [];
  while (rest) {
    const match = REQUIREMENT.exec(rest);
    if (!match?.[0]) throw badRequest(`unable to parse requirement: found '${rest}' in label selector`);
    rest = rest.slice(match[0].length);
    requirements.push(requirement(match));
  }
  return (labels) => requirements.every((matches) => matches(labels));
}

function requirement(match: RegExpExecArray): LabelSelector {
  const [
    ,
    not,
    absent = "",
    setKey = "",
    setOperator,
    setValues = "",
    key = "",
    operator,
    value = "",
    present,
  ] = match;
  if (not) return (labels) => labels?.[absent] === undefined;
  if (present) return (labels) => labels?.[present] !== undefined;
  if (setOperator) {
    const values = setValues.split(",").map((item) => item.trim());
    return (labels) => {
      const found = labels?.[setKey];
      return (found !== undefined && values.includes(found)) === (setOperator === "in");
    };
  }
  if (operator === "!=") return (labels) => labels?.[key] !== value;
  if (operator === ">") return (labels) => Number(labels?.[key]) > Number(value);
  if (operator === "<") return (labels) => Number(labels?.[key]) < Number(value);
  return (labels) => labels?.[key] === value;
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
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
      if (!match) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
      const [, field = "", operator, value = ""] = match;
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
export function checkSelectable(storage: string, requirements: FieldRequirement[]): void {
  for (const { field } of requirements) {
    if (field === "metadata.name" || field === "metadata.namespace") continue;
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
