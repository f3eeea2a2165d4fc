import type { Backend } from "./cluster.ts";
import type { KindRules } from "./kinds/index.ts";
import { checkMetadata, checkName } from "./names.ts";
import { isFields, type KubeObject, type Meta } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { conflict, type FieldError, forbidden, invalid, modified, notFound, StatusError } from "./status.ts";
import type { WriteOptions } from "./write.ts";

/** Throws 404 for a namespace that is not there, and 403 for one that is going. */
export function checkNamespace(backend: Backend, type: ResourceType, metadata: Meta): void {
  if (!type.namespaced) {
    delete metadata.namespace;
    return;
  }
  const name = metadata.namespace ?? "";
  const namespace = backend.store.get("namespaces", "", name);
  if (!namespace) throw notFound({ group: "", plural: "namespaces" }, name);
  if (!namespace.deleting) return;
  throw forbidden(
    type,
    metadata.name ?? "",
    `unable to create new content in namespace ${name} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${name} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}

/** Where an object would stand in etcd, as refusals name it. */
function keyOf(type: ResourceType, metadata: Meta): string {
  return `${type.group ? "" : "/registry"}/${type.plural}/${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** Throws 422 with everything that the rules of names, of the schema and of the kind find wrong. */
export function check(
  backend: Backend,
  type: ResourceType,
  rules: KindRules,
  object: KubeObject,
  live: KubeObject | undefined,
): void {
  const errors: FieldError[] = [
    ...(live ? [] : checkName(type.storage, object.metadata.name)),
    ...(live || !object.metadata.generateName
      ? []
      : checkName(type.storage, `${object.metadata.generateName.replace(/-$/, "a")}`).map(
          ({ type: reason, message }) => ({
            type: reason,
            field: "metadata.generateName",
            message: message.replace(
              /^Invalid value: "[^"]*"/,
              `Invalid value: ${JSON.stringify(object.metadata.generateName)}`,
            ),
          }),
        )),
    ...checkMetadata(object.metadata, Boolean(type.custom) || type.group === "apiextensions.k8s.io"),
    ...backend.machinery.validate(backend.machinery.schemaOf(type), object, live),
    ...(rules.validate?.(object, live, backend) ?? []),
  ];
  errors.push(...scaleErrors(type, object));
  if (type.custom)
    for (const error of errors)
      if (error.field.startsWith("status.")) error.message = error.message.replace(": status.", ": ");
  if (errors.length > 0) throw invalid(type, object.metadata.name, errors);
}

/** What a custom kind's scale could not read in an object: it looks for a number of replicas itself. */
function scaleErrors(type: ResourceType, object: KubeObject): FieldError[] {
  const path = type.custom?.scale?.specReplicas;
  if (!path) return [];
  const field = `.${path.join(".")}`;
  const refuse = (value: unknown, why: string) => [
    { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` },
  ];
  let current: unknown = object;
  for (const [i, step] of path.entries()) {
    if (!isFields(current)) {
      const kind = goKind(current);
      return current === undefined || current === null
        ? []
        : refuse(
            0,
            `${field} accessor error: ${String(current)} is of the type ${kind}, expected map[string]interface{}`,
          );
    }
    current = current[step];
    if (i === path.length - 1 && current !== undefined && typeof current !== "number")
      return current === null
        ? []
        : refuse(
            0,
            `${field} accessor error: ${String(current)} is of the type ${goKind(current)}, expected int64`,
          );
  }
  if (typeof current !== "number") return [];
  if (current > 2 ** 31 - 1) return refuse(current, "should be less than or equal to 2147483647");
  return [];
}

const goKind = (value: unknown) =>
  Array.isArray(value) ? "[]interface {}" : typeof value === "boolean" ? "bool" : typeof value;

/** Throws 409 when an update was made for another state or another object of the same name. */
export function checkPreconditions(
  type: ResourceType,
  live: KubeObject,
  object: KubeObject,
  options: WriteOptions,
): void {
  const { uid, resourceVersion } = object.metadata;
  if (uid && uid !== live.metadata.uid) {
    throw conflict(
      type,
      live.metadata.name,
      `StorageError: invalid object, Code: 4, Key: ${keyOf(type, live.metadata)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
  if (!resourceVersion) {
    if (!type.custom || options.subresource) return;
    throw invalid({ group: type.group, kind: type.plural }, live.metadata.name, [
      {
        type: "FieldValueInvalid",
        field: "metadata.resourceVersion",
        message: "Invalid value: 0: must be specified for an update",
      },
    ]);
  }
  if (!/^\d+$/.test(resourceVersion))
    throw new StatusError(
      500,
      undefined,
      `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`,
    );
  if (resourceVersion !== live.metadata.resourceVersion) throw modified(type, live.metadata.name);
}

/** An object that is being deleted gets no new finalizers. */
export function keepDeleting(type: ResourceType, live: KubeObject, object: KubeObject): void {
  const before = new Set(live.metadata.finalizers ?? []);
  const added = (object.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
  if (added.length === 0) return;
  const error = {
    type: "FieldValueForbidden",
    field: "metadata.finalizers",
    message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`,
  };
  // Two checks of built-in kinds find it.
  throw invalid(type, object.metadata.name, type.custom ? [error] : [error, error]);
}
