/** A Kubernetes quantity as number and unit, e.g. `1.5Gi`. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export interface Quantity {
  number: string;
  suffix: string;
}

/** The units that a form offers. Cores: whole or thousandths. */
export const units = { bytes: ["Mi", "Gi", "Ti"], cores: ["", "m"] } as const;

/** Splits a quantity; undefined when it is none or has a unit that the form does not offer. */
export function splitQuantity(text: string, offered: readonly string[]): Quantity | undefined {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text.trim());
  if (!match) return undefined;
  const [, number = "", suffix = ""] = match;
  return offered.includes(suffix) ? { number, suffix } : undefined;
}
