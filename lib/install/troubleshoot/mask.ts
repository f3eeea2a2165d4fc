import type { KubernetesObject } from "../../model/kubernetes.ts";
import { Words } from "./words.ts";

export const MASK = "••••";

/** Shorter values are words as often as secrets; under a name that says what they are they count from here on. */
const SHORTEST = 6;
const SHORTEST_NAMED = 4;
const SECRET_NAME = /pass|secret|token|key|pwd|cred|auth|salt|dsn/i;
/** Keys of Secrets that operators write beside the password, and that say nothing alone. */
const OPEN_NAME =
  /^(user(name)?|login|host(name)?|port|db(name)?|database(name)?|endpoint|namespace|type|provider|bucket|internal|external|ca\.crt|tls\.crt|service\.beta\.kubernetes\.io.*)$/i;

/** Longer values are looked for in pieces of so many characters, and not in every way of writing them. */
const PIECE = 64;
const LONGEST = 256;
/** Shorter parts of base64 stand in other words too. */
const SHORTEST_INSIDE = 7;

/**
 * Masks in any text what the workspace's Secrets hold, as it is, in base64 (alone and inside of something longer) and as
 * part of an address or of JSON, and what looks like a credential whoever wrote it. `open`: words that everybody sees
 * anyway (names of objects, addresses); a value that is part of one is not masked.
 * @throws TooManyWords when the Secrets hold more than can be looked for
 */
export function masker(
  secrets: readonly KubernetesObject[],
  open: readonly string[] = [],
): (text: string) => string {
  const seen = open.join("\n");
  const forms = new Set<string>();
  for (const { key, value } of secrets.flatMap(valuesOf)) {
    const long = value.length >= (SECRET_NAME.test(key) ? SHORTEST_NAMED : SHORTEST);
    if (!long || OPEN_NAME.test(key) || seen.includes(value)) continue;
    for (const form of formsOf(value)) for (const piece of piecesOf(form)) forms.add(piece);
  }
  const words = new Words(forms);
  return (text) =>
    patterns.reduce((masked, [pattern, by]) => masked.replace(pattern, by), words.replace(text, MASK));
}

/** The ways in which programs write a value: as it is, in base64, in an address, in JSON. */
export function formsOf(value: string): string[] {
  const forms = [value, Buffer.from(value).toString("base64")];
  if (value.length > LONGEST) return forms;
  const inside = [0, 1, 2].flatMap((before) => insideBase64(value, before));
  const json = JSON.stringify(value).slice(1, -1);
  // Half a character, as JSON may hold it, is none in an address.
  return [...forms, encodeURIComponent(Buffer.from(value).toString()), json, ...inside];
}

/**
 * What base64 has of a value with `before` bytes more than a multiple of three before it, whatever these are and whatever
 * follows; in both alphabets.
 */
function insideBase64(value: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
  const text = bytes.toString("base64").replace(/=+$/, "");
  const own = text.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1);
  if (own.length < SHORTEST_INSIDE) return [];
  return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Pieces that cover the whole. */
function piecesOf(text: string): string[] {
  const count = Math.ceil(text.length / PIECE);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.min(index * PIECE, Math.max(0, text.length - PIECE));
    return text.slice(from, from + PIECE);
  });
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(-----END \1PRIVATE KEY-----|$)/g, MASK],
  // A password in an address: scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']*):[^\s/"']+@/gi, `$1:${MASK}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  // JSON Web Tokens, and tokens that name their maker
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|AKIA|ASIA)[\w-]{12,}/g, MASK],
  [
    /((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"',;&}\]]+)/gi,
    `$1${MASK}`,
  ],
];

/** Whether a Secret holds anything that a log might show: a release of Helm's is a compressed document. */
export function hasValues(secret: KubernetesObject): boolean {
  return !(typeof secret.type === "string" && secret.type.startsWith("helm.sh/"));
}

interface Value {
  key: string;
  value: string;
}

function valuesOf(secret: KubernetesObject): Value[] {
  if (!hasValues(secret)) return [];
  const { data = {}, type } = secret as { data?: Record<string, string>; type?: string };
  return Object.entries(data).flatMap(([key, encoded]) => {
    // What an installation was rendered with: the chart is no secret, the context neither.
    if (type === "hub.sealos.io/values" && key !== "drawn" && key !== "inputs") return [];
    const value = Buffer.from(encoded, "base64").toString("utf8");
    // Bytes that are no text appear in no log.
    return value.includes("\uFFFD") ? [] : partsOf(key, value);
  });
}

/** The value whole; the leaves of a document; the lines of what has several. */
function partsOf(key: string, value: string): Value[] {
  const text = value.trim();
  if (/^[{[]/.test(text)) {
    try {
      return [{ key, value: text }, ...leavesOf(key, JSON.parse(text))];
    } catch {
      return [{ key, value: text }];
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith("-----"));
  return [{ key, value: text }, ...(text.includes("\n") ? lines.map((line) => ({ key, value: line })) : [])];
}

function leavesOf(key: string, document: unknown): Value[] {
  if (typeof document === "string") return [{ key, value: document }];
  if (typeof document !== "object" || document === null) return [];
  return Object.entries(document).flatMap(([name, inner]) =>
    leavesOf(Array.isArray(document) ? key : name, inner),
  );
}

/** The same value with every text in it masked. */
export function maskedThrough<T>(value: T, mask: (text: string) => string): T {
  if (typeof value === "string") return mask(value) as T;
  if (Array.isArray(value)) return value.map((each) => maskedThrough(each, mask)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, maskedThrough(inner, mask)]),
  ) as T;
}
