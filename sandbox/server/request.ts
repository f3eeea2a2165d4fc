import type { IncomingMessage, ServerResponse } from "node:http";
import { parse as parseYaml } from "yaml";
import type { User } from "./authentication.ts";
import { duplicateFields } from "./duplicates.ts";
import { goSyntaxError, goTypeError, summary } from "./go-json.ts";
import { type Fields, isFields, splitGroupVersion } from "./objects.ts";
import { decodeProtobuf, PROTOBUF } from "./protobuf.ts";
import { badRequest, tooLarge, unsupportedMediaType } from "./status.ts";

/** What a path asks for, in the API server's terms. */
export interface RequestInfo {
  /** False for paths that are no resources, such as `/version`. */
  resource: boolean;
  path: string;
  verb: string;
  group: string;
  version: string;
  plural: string;
  namespace: string;
  name: string;
  subresource: string;
  /** Path below a proxy subresource. */
  rest: string[];
}

export interface RequestContext {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  info: RequestInfo;
  user: User;
  warnings: string[];
  now: Date;
}

const VERBS: Record<string, string> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const none = { resource: false, path, verb: method.toLowerCase(), group: "", version: "", plural: "" };
  const info: RequestInfo = { ...none, namespace: "", name: "", subresource: "", rest: [] };
  const parts = path.split("/").filter(Boolean).map(decode);
  let at = 0;
  if (parts[0] === "api" && parts.length > 2) at = 2;
  else if (parts[0] === "apis" && parts.length > 3) at = 3;
  else return info;
  const { group, version } = splitGroupVersion(parts.slice(1, at).join("/"));
  Object.assign(info, { resource: true, group, version });
  let watching = isTrue(query.get("watch"));
  let legacy = false;
  if (parts[at] === "watch") {
    watching = true;
    legacy = true;
    at += 1;
  }
  let rest = parts.slice(at);
  if (rest[0] === "namespaces" && rest.length > 1) {
    info.namespace = rest[1] ?? "";
    if (rest.length > 2 && !(group === "" && ["status", "finalize"].includes(rest[2] ?? "")))
      rest = rest.slice(2);
  }
  [info.plural = "", info.name = "", info.subresource = ""] = rest;
  info.rest = rest.slice(3);
  if (method === "GET" || method === "HEAD") {
    info.verb =
      watching && !info.subresource && (legacy || !info.name) ? "watch" : info.name ? "get" : "list";
  } else if (method === "DELETE" && !info.name) {
    info.verb = "deletecollection";
  } else {
    info.verb = VERBS[method] ?? method.toLowerCase();
  }
  return info;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`the path holds a malformed escape: ${part}`);
  }
}

export function isTrue(value: string | null): boolean {
  return value !== null && value !== "false" && value !== "0";
}

/** As the API server's own limit. */
const BODY_LIMIT = 3 << 20;

/** Reads a request's body as text. Throws 413 beyond 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString("utf8");
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

export function mediaType(request: IncomingMessage): string {
  return (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

const ACCEPTED = ["application/json", "application/yaml", PROTOBUF];

export type KindNames = (apiVersion: string, kind: string) => string | undefined;

/** Reads an object from a request. Throws 400 when it is malformed, 415 in another format. */
export async function readObject(
  request: IncomingMessage,
  nameOf: KindNames,
  kind = "",
): Promise<{ object: Fields; duplicates: string[] }> {
  const type = mediaType(request) || "application/json";
  if (!ACCEPTED.includes(type)) throw unsupportedMediaType(ACCEPTED.join(", "));
  if (type === PROTOBUF) return { object: decodeProtobuf(await readBytes(request), nameOf), duplicates: [] };
  return parseObject(await readBody(request), type === "application/yaml", kind);
}

const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Parses an object; `duplicates` names the fields that it gives twice, of which the last counts. */
function parseObject(text: string, yaml: boolean, kind: string): { object: Fields; duplicates: string[] } {
  let object: unknown;
  const unrecognized = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${summary(text)})`,
    );
  try {
    object = yaml
      ? parseYaml(text, { maxAliasCount: 0, uniqueKeys: false, version: "1.1" })
      : JSON.parse(text);
  } catch (error) {
    if (!yaml) throw unrecognized(goSyntaxError(text, error));
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): ${goYamlError(error)} (${summary(text)})`,
    );
  }
  if (object === null) return { object: {}, duplicates: [] };
  if (!isFields(object)) throw unrecognized(goTypeError(object, TYPE_META));
  return { object, duplicates: yaml ? [] : duplicateFields(text) };
}

/** As the API server's YAML reader says where it stopped; its reasons are fewer and vaguer than ours. */
export function goYamlError(error: unknown): string {
  const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
  return `yaml: line ${Math.max(1, line - 1)}: did not find expected node content`;
}
