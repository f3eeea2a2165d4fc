import type { RequestContext } from "./request.ts";
import { type FieldError, invalid } from "./status.ts";
import type { WriteOptions } from "./write.ts";

const KINDS: Record<string, string> = {
  create: "CreateOptions",
  update: "UpdateOptions",
  patch: "PatchOptions",
  delete: "DeleteOptions",
  deletecollection: "DeleteOptions",
};
const list = (values: string[]) => values.map((value) => JSON.stringify(value)).join(", ");

/** Throws 422 when the parameters of a write are none that there are. */
export function checkOptions(verb: string, contentType: string, query: URLSearchParams): void {
  const errors: FieldError[] = [];
  const add = (field: string, type: string, message: string) => errors.push({ field, type, message });
  const applies = contentType.startsWith("application/apply-patch");
  const manager = query.get("fieldManager") ?? "";
  if (verb === "patch" && !applies && query.has("force"))
    add("force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
  if (applies && !manager)
    add("fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
  if (Buffer.byteLength(manager) > 128)
    add("fieldManager", "FieldValueTooLong", "Too long: may not be more than 128 bytes");
  const at = [...manager].findIndex((character) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character));
  if (at >= 0) {
    const code = ([...manager][at]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const quoted = JSON.stringify(manager).replaceAll(/\\u00([0-9a-f]{2})/g, "\\x$1");
    add(
      "fieldManager",
      "FieldValueInvalid",
      `Invalid value: ${quoted}: invalid character U+${code} (at position ${at})`,
    );
  }
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  if (dryRun.some((value) => value !== "All"))
    add(
      "dryRun",
      "FieldValueNotSupported",
      `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`,
    );
  const validation = query.get("fieldValidation") ?? "";
  const known = ["", "Ignore", "Strict", "Warn"];
  if (!known.includes(validation))
    add(
      "fieldValidation",
      "FieldValueNotSupported",
      `Unsupported value: ${JSON.stringify(validation)}: supported values: ${list(known)}`,
    );
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: KINDS[verb] ?? "" }, "", errors);
}

/** How a request wishes its write to be done. Throws 422. */
export function writeOptions({ query, request, user, info, warnings, now }: RequestContext): WriteOptions {
  const dryRun = query.getAll("dryRun");
  checkOptions(info.verb, request.headers["content-type"] ?? "", query);
  const validation = (query.get("fieldValidation") || "Warn") as WriteOptions["validation"];
  const agent = (request.headers["user-agent"] ?? "unknown").split("/")[0] ?? "";
  return {
    user,
    manager: query.get("fieldManager") || agent.slice(0, 128),
    dryRun: dryRun.includes("All"),
    validation,
    warnings,
    now,
    subresource: info.subresource,
  };
}
