import { readFileSync } from "node:fs";
import { type Fields, isFields } from "./objects.ts";
import { badRequest } from "./status.ts";

/**
 * Field numbers of the built-in messages, as the public `generated.proto` files give them: number to JSON name ("" for
 * an embedded struct, whose fields stand among its parent's) and type, `[` before the type of a list, `{` of a map.
 */
type Messages = Record<string, Record<string, [name: string, type: string]>>;

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
export const PROTOBUF = "application/vnd.kubernetes.protobuf";
const MAGIC = "k8s\0";

/** Decoders of messages whose JSON is no object of their fields. */
const SPECIAL: Record<string, (raw: Fields) => unknown> = {
  [`${META}.Time`]: (raw) => instant(raw).replace(/\.\d+Z$/, "Z"),
  [`${META}.MicroTime`]: (raw) => instant(raw).replace("Z", "000Z"),
  [`${META}.FieldsV1`]: (raw) => JSON.parse(Buffer.from(String(raw.Raw ?? ""), "base64").toString() || "{}"),
  "io.k8s.apimachinery.pkg.runtime.RawExtension": (raw) =>
    JSON.parse(Buffer.from(String(raw.raw ?? ""), "base64").toString() || "null"),
  "io.k8s.apimachinery.pkg.api.resource.Quantity": (raw) => raw.string ?? "0",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": (raw) =>
    raw.type === 1 ? (raw.strVal ?? "") : (raw.intVal ?? 0),
  "io.k8s.api.authentication.v1.ExtraValue": (raw) => raw.items ?? [],
  "io.k8s.api.authorization.v1.ExtraValue": (raw) => raw.items ?? [],
  "io.k8s.api.certificates.v1.ExtraValue": (raw) => raw.items ?? [],
};

function instant({ seconds = 0, nanos = 0 }: { seconds?: number; nanos?: number }): string {
  return new Date(seconds * 1000 + nanos / 1e6).toISOString();
}

let messages: Messages | undefined;

function load(): Messages {
  messages ??= JSON.parse(
    readFileSync(new URL("../kubernetes/protobuf.json", import.meta.url), "utf8"),
  ) as Messages;
  return messages;
}

/**
 * Reads an object that a typed client sent as `application/vnd.kubernetes.protobuf`. `nameOf` finds the OpenAPI name of
 * a kind. Throws 400 when the bytes are no such message.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeProtobuf(
  bytes: Buffer,
  nameOf: (apiVersion: string, kind: string) => string | undefined,
): Fields {
  try {
    if (bytes.toString("latin1", 0, 4) !== MAGIC) throw new Error("the prefix is missing");
    let apiVersion = "";
    let kind = "";
    let raw = Buffer.alloc(0);
    for (const { number, bytes: value } of wire(bytes.subarray(4))) {
      if (number === 2 && value) raw = Buffer.from(value);
      if (number !== 1 || !value) continue;
      for (const field of wire(value)) {
        if (field.number === 1) apiVersion = field.bytes?.toString() ?? "";
        if (field.number === 2) kind = field.bytes?.toString() ?? "";
      }
    }
    const name = kind === "DeleteOptions" ? `${META}.DeleteOptions` : nameOf(apiVersion, kind);
    if (!name || !load()[name]) throw new Error(`no protobuf message is known for ${apiVersion} ${kind}`);
    return { apiVersion, kind, ...(message(raw, name) as Fields) };
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${(error as Error).message}`);
  }
}

interface WireField {
  number: number;
  /** Set for length-delimited fields. */
  bytes?: Buffer;
  /** Set for numbers; 64-bit ones beyond 2^53 lose precision, as in JSON. */
  value?: number;
}

function* wire(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new Error("unexpected end of a message");
      at += 1;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw new Error("a number is too long");
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const number = key >>> 3;
    switch (key & 7) {
      case 0:
        yield { number, value: Number(BigInt.asIntN(64, varint())) };
        break;
      case 1:
        yield { number, value: bytes.readDoubleLE(at) };
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        if (at + length > bytes.length) throw new Error("unexpected end of a message");
        yield { number, bytes: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        yield { number, value: bytes.readFloatLE(at) };
        at += 4;
        break;
      default:
        throw new Error(`wire type ${key & 7} is not known`);
    }
  }
}

function message(bytes: Buffer, name: string): unknown {
  const fields = load()[name];
  if (!fields) throw new Error(`no protobuf message is known for ${name}`);
  const object: Fields = {};
  for (const field of wire(bytes)) {
    const [property, type] = fields[field.number] ?? [];
    if (property === undefined || type === undefined) continue;
    // A time that is not set is sent all the same, as an empty message.
    if (type === `${META}.Time` && field.bytes?.length === 0) continue;
    if (property === "") Object.assign(object, message(field.bytes ?? Buffer.alloc(0), type));
    else if (type.startsWith("[")) {
      const list = Array.isArray(object[property]) ? object[property] : [];
      object[property] = [...list, read(field, type.slice(1))];
    } else if (type.startsWith("{")) {
      const map = isFields(object[property]) ? object[property] : {};
      object[property] = { ...map, ...entry(field.bytes ?? Buffer.alloc(0), type.slice(1)) };
    } else object[property] = read(field, type);
  }
  return SPECIAL[name]?.(object) ?? object;
}

function entry(bytes: Buffer, type: string): Fields {
  let key = "";
  let value: unknown =
    type === "string" || type === "bytes" ? "" : read({ number: 2, bytes: Buffer.alloc(0), value: 0 }, type);
  for (const field of wire(bytes)) {
    if (field.number === 1) key = field.bytes?.toString() ?? "";
    if (field.number === 2) value = read(field, type);
  }
  return { [key]: value };
}

function read(field: WireField, type: string): unknown {
  if (type === "string") return field.bytes?.toString() ?? "";
  if (type === "bytes") return field.bytes?.toString("base64") ?? "";
  if (type === "bool") return field.value !== 0;
  if (!type.includes(".")) return field.value ?? 0;
  return message(field.bytes ?? Buffer.alloc(0), type);
}
