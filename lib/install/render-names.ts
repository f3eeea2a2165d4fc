import { because } from "../model/reasons.ts";
import { type FilledField, refusal } from "./coerce.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const RBAC_KINDS = new Set(["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"]);

/**
 * Refuses what expressions put into names and labels when the API server would: its message could not say which
 * input is to blame.
 */
export function checkFilledNames(fields: FilledField[], kind: string, file: string): void {
  for (const { path, value, filled, line } of fields) {
    if (typeof value !== "string") continue;
    const place = { file, line };
    const last = path.at(-1);
    const owner = path.at(-2);
    if (path.join(".") === "metadata.name") {
      const legal = RBAC_KINDS.has(kind) ? !/[/%]|^\.{1,2}$/.test(value) : SUBDOMAIN.test(value);
      if (!legal || value.length > 253) {
        const words = because("field-name", { field: "metadata.name" });
        throw refusal("metadata.name takes lower-case letters, digits, '-' and '.'", words, place, filled);
      }
    } else if (owner === "labels" || owner === "matchLabels") {
      if (!LABEL_VALUE.test(value) || value.length > 63) {
        throw refusal(
          `the label ${last} takes at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit`,
          because("field-label", { field: last ?? "" }),
          place,
          filled,
        );
      }
    } else if (last === "host" && path[1] === "rules" && !SUBDOMAIN.test(value) && !value.startsWith("*.")) {
      const words = because("field-name", { field: path.join(".") });
      throw refusal("a host takes lower-case letters, digits, '-' and '.'", words, place, filled);
    }
  }
}
