import type { Fields } from "./objects.ts";

export interface Cause {
  reason: string;
  message: string;
  field?: string;
}

export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: Fields;
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: Cause[];
    retryAfterSeconds?: number;
  };
  code: number;
}

/** One rule that a field breaks; `type` is a cause's reason, such as `FieldValueRequired`. */
export interface FieldError {
  type: string;
  field: string;
  message: string;
}

/** An answer that is a failure, in the words of the API server. */
export class StatusError extends Error {
  readonly status: Status;
  readonly headers: Record<string, string>;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: Status["details"],
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.headers = headers;
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      details,
      code,
    };
  }
}

export interface Named {
  group: string;
  plural: string;
}

function qualified({ group, plural }: Named): string {
  return group ? `${plural}.${group}` : plural;
}

function details({ group, plural }: Named, name: string) {
  return { name, ...(group && { group }), kind: plural };
}

export const badRequest = (message: string) => new StatusError(400, "BadRequest", message);

export const unauthorized = () => new StatusError(401, "Unauthorized", "Unauthorized");

/** A path that nobody serves: the one answer that is no Status. */
export class NoSuchPath extends Error {
  readonly text: string;

  constructor(text = "404 page not found\n") {
    super(text);
    this.text = text;
  }
}

export const noSuchResource = () =>
  new StatusError(404, "NotFound", "the server could not find the requested resource", {});

export const notFound = (type: Named, name: string) =>
  new StatusError(404, "NotFound", `${qualified(type)} "${name}" not found`, details(type, name));

export const alreadyExists = (type: Named, name: string, deleting = false) =>
  new StatusError(
    409,
    "AlreadyExists",
    `${deleting ? "object is being deleted: " : ""}${qualified(type)} "${name}" already exists`,
    details(type, name),
  );

export const conflict = (type: Named, name: string, why: string) =>
  new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`,
    details(type, name),
  );

export const modified = (type: Named, name: string) =>
  conflict(
    type,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );

export function forbidden(type: Named, name: string, why: string, causes?: Cause[]): StatusError {
  const subject = name ? `${qualified(type)} "${name}"` : qualified(type);
  return new StatusError(403, "Forbidden", `${subject} is forbidden: ${why}`, {
    ...(name && { name }),
    ...(type.group && { group: type.group }),
    kind: type.plural,
    ...(causes && { causes }),
  });
}

export function invalid(
  kind: { group: string; kind: string },
  name: string,
  errors: FieldError[],
): StatusError {
  // Of two checks that find the same, the sentence tells it once.
  const lines = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const all = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new StatusError(
    422,
    "Invalid",
    `${kind.group ? `${kind.kind}.${kind.group}` : kind.kind} "${name}" is invalid: ${all}`,
    {
      ...(name && { name }),
      ...(kind.group && { group: kind.group }),
      ...(kind.kind && { kind: kind.kind }),
      causes: errors.map(({ type, message, field }) => ({ reason: type, message, field })),
    },
  );
}

export const forbiddenScale = (name: string, replicas: unknown) =>
  invalid({ group: "autoscaling", kind: "Scale" }, name, [
    {
      type: "FieldValueInvalid",
      field: "spec.replicas",
      message: `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
    },
  ]);

export const gone = (message: string) => new StatusError(410, "Expired", message);

export const methodNotAllowed = () =>
  new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );

export const unsupportedMediaType = (accepted: string) =>
  new StatusError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );

/** What the request router refuses before the API sees it. */
export const unroutableMediaType = () =>
  new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});

export const tooLarge = (limit: number) =>
  new StatusError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limit}`);

export const unavailable = (message: string) => new StatusError(503, "ServiceUnavailable", message);

/** Refuses what a cluster can do and this one does not. */
export const notServed = (what: string) =>
  new StatusError(501, "NotImplemented", `the sandbox does not serve ${what}: it has no such machinery`);

export function internal(error: unknown): StatusError {
  const why = error instanceof Error ? error.message : String(error);
  return new StatusError(500, "InternalError", `Internal error occurred: ${why}`, {
    causes: [{ reason: "", message: why }],
  });
}
