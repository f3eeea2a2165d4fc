import type { InputDeclaration } from "@/lib/model/resources";
import { isShown } from "./condition";

export type Values = Record<string, string>;

/** A default that is an expression is worked out by the server, once; the form only says so. */
export function isGenerated(input: InputDeclaration): boolean {
  return input.default?.includes("${{") ?? false;
}

/** What the form starts with: what is set already, else the declared defaults. */
export function initialValues(inputs: readonly InputDeclaration[], current: Values = {}): Values {
  const values: Values = {};
  for (const input of inputs) {
    const preset = current[input.name] ?? (isGenerated(input) ? undefined : input.default);
    if (preset !== undefined && preset !== "") values[input.name] = preset;
    else if (input.type === "boolean") values[input.name] = "false";
  }
  return values;
}

/** The inputs that the form shows, in order: required ones first. */
export function shownInputs(inputs: readonly InputDeclaration[], values: Values) {
  const shown = inputs.filter((input) => isShown(input.if, values));
  const must = (input: InputDeclaration) => Boolean(input.required);
  return { required: shown.filter(must), optional: shown.filter((input) => !must(input)) };
}

export type InputFault = "missing" | "number" | "option";

/** What the form can tell without the server. An input that is set already (a kept secret) is not missing. */
export function faultsOf(
  inputs: readonly InputDeclaration[],
  values: Values,
  kept: ReadonlySet<string> = new Set(),
): Record<string, InputFault> {
  const faults: Record<string, InputFault> = {};
  for (const input of inputs) {
    if (!isShown(input.if, values)) continue;
    const value = values[input.name] ?? "";
    if (value === "") {
      if (input.required && !isGenerated(input) && !kept.has(input.name)) faults[input.name] = "missing";
    } else if (input.type === "number" && !Number.isFinite(Number(value))) faults[input.name] = "number";
    else if (input.type === "choice" && input.options && !input.options.includes(value)) {
      faults[input.name] = "option";
    }
  }
  return faults;
}

/** What is sent: only shown inputs with a value; secrets apart, so that they never reach `spec.inputs`. */
export function toSend(inputs: readonly InputDeclaration[], values: Values) {
  const open: Values = {};
  const secret: Values = {};
  for (const input of inputs) {
    const value = values[input.name];
    if (value === undefined || value === "" || !isShown(input.if, values)) continue;
    (input.secret ? secret : open)[input.name] = value;
  }
  return { inputs: open, secretInputs: secret };
}
