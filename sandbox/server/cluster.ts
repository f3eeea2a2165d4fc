import type { Entry, Store } from "../store/store.ts";
import type { Tokens } from "./authentication.ts";
import type { Access } from "./authorization.ts";
import type { Conversion } from "./kinds/conversions.ts";
import type { Machinery } from "./machinery.ts";
import { groupVersion, type KubeObject } from "./objects.ts";
import type { OpenAPI } from "./openapi.ts";
import type { Registry, ResourceType } from "./registry.ts";

/** Which lines of a container are asked for. */
export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  follow: boolean;
  previous: boolean;
  tailLines?: number;
  sinceTime?: Date;
  limitBytes?: number;
  timestamps: boolean;
  signal: AbortSignal;
}

/** Lines of a pod's containers, for `pods/log`. Whoever simulates pods provides them. */
export interface LogSource {
  /** Lines of text without line feeds; goes on while `follow` is set, until the signal. Throws when it has none. */
  read(request: LogRequest): AsyncIterable<string>;
}

/** Everything that the parts of the server share. */
export interface Backend {
  store: Store;
  registry: Registry;
  machinery: Machinery;
  access: Access;
  tokens: Tokens;
  openapi: OpenAPI;
  logs: { source?: LogSource };
  now(): Date;
}

/** The beginning of every object of a type, which the store leaves out. */
export function head(type: ResourceType): string {
  const apiVersion = groupVersion(type.group, type.version);
  return type.custom
    ? `{"apiVersion":"${apiVersion}","kind":"${type.kind}",`
    : `{"kind":"${type.kind}","apiVersion":"${apiVersion}",`;
}

/** An entry's text as an object of a type. */
export function render(type: ResourceType, entry: Entry): string {
  if (type.conversion) return JSON.stringify(converted(type, type.conversion, entry));
  return head(type) + entry.body.slice(1);
}

function converted(type: ResourceType, conversion: Conversion, entry: Entry): KubeObject {
  const stored = JSON.parse(`{${entry.body.slice(1)}`) as KubeObject;
  const { kind: _kind, apiVersion, ...rest } = conversion.fromStored({ ...stored, apiVersion: "", kind: "" });
  return { kind: type.kind, apiVersion, ...rest } as KubeObject;
}

/** Keeps an object of a type in the version in which its kind is kept. */
export function put(backend: Backend, type: ResourceType, object: KubeObject): Entry {
  return backend.store.put(type.storage, type.conversion?.toStored(object) ?? object);
}

export function parse(type: ResourceType, entry: Entry): KubeObject {
  return JSON.parse(render(type, entry)) as KubeObject;
}
