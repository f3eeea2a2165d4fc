import type { FieldError } from "./status.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** Kinds whose names are one label, or any path segment; all others are subdomains. */
const LABELS = new Set(["namespaces"]);
const PATH_SEGMENTS = new Set([
  "rbac.authorization.k8s.io/roles",
  "rbac.authorization.k8s.io/clusterroles",
  "rbac.authorization.k8s.io/rolebindings",
  "rbac.authorization.k8s.io/clusterrolebindings",
]);

/** What is wrong with an object's name, if anything. */
export function checkName(storage: string, name: string): FieldError[] {
  const refuse = (rule: string): FieldError[] => [
    {
      type: "FieldValueInvalid",
      field: "metadata.name",
      message: `Invalid value: ${JSON.stringify(name)}: ${rule}`,
    },
  ];
  if (PATH_SEGMENTS.has(storage)) {
    if (name === "." || name === "..") return refuse(`may not be '${name}'`);
    return ["/", "%"]
      .filter((part) => name.includes(part))
      .flatMap((part) => refuse(`may not contain '${part}'`));
  }
  if (LABELS.has(storage)) return LABEL.test(name) && name.length <= 63 ? [] : refuse(LABEL_RULE);
  if (storage === "services") return LABEL.test(name) && name.length <= 63 ? [] : refuse(LABEL_RULE);
  if (name.length > 253) return refuse("must be no more than 253 characters");
  return SUBDOMAIN.test(name) ? [] : refuse(SUBDOMAIN_RULE);
}

const NAME_PART =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a qualified name such as `example.com/name`: `what` is what it should have been. */
export function qualifiedErrors(key: string, what: "label key" | "qualified name"): string[] {
  const parts = key.split("/");
  if (parts.length > 2)
    return [
      `a ${what === "label key" ? "valid label key" : what} ${NAME_PART} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const errors: string[] = [];
  const name = parts.at(-1) ?? "";
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    if (prefix === "") errors.push("prefix part must be non-empty");
    else if (prefix.length > 253) errors.push("prefix part must be no more than 253 bytes");
    else if (!SUBDOMAIN.test(prefix)) errors.push(`prefix part ${SUBDOMAIN_RULE}`);
  }
  if (name === "") errors.push("name part must be non-empty");
  else if (name.length > 63) errors.push("name part must be no more than 63 bytes");
  if (!QUALIFIED.test(name)) errors.push(`name part ${NAME_PART}`);
  return errors;
}

/** What is wrong with a label's value. */
export function labelValueErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push("must be no more than 63 bytes");
  if (value !== "" && !QUALIFIED.test(value)) errors.push(LABEL_VALUE);
  return errors;
}

const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/**
 * Labels, annotations, finalizers and owner references, as the API server checks them on every object. Custom kinds, and
 * the definitions of them, may carry any finalizer (`redisFinalizer`); the other kinds' must name a domain.
 */
export function checkMetadata(
  metadata: { labels?: unknown; annotations?: unknown; finalizers?: unknown; ownerReferences?: unknown },
  anyFinalizer: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const invalid = (field: string, value: unknown, rule: string) =>
    errors.push({
      type: "FieldValueInvalid",
      field,
      message: `Invalid value: ${JSON.stringify(value)}: ${rule}`,
    });
  for (const [key, value] of Object.entries((metadata.labels ?? {}) as Record<string, unknown>)) {
    for (const rule of qualifiedErrors(key, "label key")) invalid("metadata.labels", key, rule);
    for (const rule of labelValueErrors(String(value))) invalid("metadata.labels", value, rule);
  }
  let size = 0;
  for (const [key, value] of Object.entries((metadata.annotations ?? {}) as Record<string, unknown>)) {
    for (const rule of qualifiedErrors(key.toLowerCase(), "qualified name"))
      invalid("metadata.annotations", key, rule);
    size += key.length + String(value).length;
  }
  if (size > 256 << 10) {
    errors.push({
      type: "FieldValueTooLong",
      field: "metadata.annotations",
      message: "Too long: may not be more than 262144 bytes",
    });
  }
  const finalizers = Array.isArray(metadata.finalizers) ? metadata.finalizers : [];
  for (const finalizer of finalizers as string[]) {
    const wrong = qualifiedErrors(finalizer, "qualified name");
    for (const rule of wrong) invalid("metadata.finalizers", finalizer, rule);
    if (
      wrong.length === 0 &&
      !anyFinalizer &&
      !finalizer.includes("/") &&
      !STANDARD_FINALIZERS.has(finalizer)
    ) {
      const index = finalizers.indexOf(finalizer);
      invalid(
        `metadata.finalizers[${index}]`,
        finalizer,
        "name is neither a standard finalizer name nor is it fully qualified",
      );
    }
  }
  const owners = Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences : [];
  for (const owner of owners as Record<string, unknown>[]) {
    for (const field of ["apiVersion", "kind", "name", "uid"]) {
      if (owner[field]) continue;
      invalid(
        `metadata.ownerReferences.${field}`,
        owner[field] ?? "",
        field === "apiVersion" ? "version must not be empty" : "must not be empty",
      );
    }
  }
  const controllers = (owners as { controller?: boolean; kind?: string; name?: string }[]).filter(
    (owner) => owner.controller,
  );
  if (controllers.length > 1) {
    const [a, b] = controllers.map(({ kind, name }) => `${kind}/${name}`);
    invalid(
      "metadata.ownerReferences",
      owners,
      `Only one reference can have Controller set to true. Found "true" in references for ${a} and ${b}`,
    );
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion"))
    invalid("metadata.finalizers", finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
  return errors;
}

const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

/** A name from `generateName`: at most 58 characters of it and five random ones. */
export function generateName(base: string): string {
  let name = base.slice(0, 58);
  for (let count = 0; count < 5; count += 1) name += SUFFIX[Math.floor(Math.random() * SUFFIX.length)];
  return name;
}
