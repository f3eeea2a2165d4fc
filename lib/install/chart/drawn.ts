import { createHash } from "node:crypto";
import { asIs, isRecord, parseYaml } from "../../images/index.ts";

/** One document that Helm gave, with the template that it comes from. */
export interface ChartDocument {
  file: string;
  text: string;
}

/** Helm's output as its documents. */
export function documentsOf(text: string): ChartDocument[] {
  return text.split(/^---[ \t]*$/m).flatMap((part) => {
    const [, source] = /^# Source: (.+)$/m.exec(part) ?? [];
    const body = part.replace(/^# Source: .+$/m, "").trim();
    const file = source ? `chart/${source.replace(/^[^/]+\//, "")}` : "chart";
    return body.replace(/^[^\S\n]*#.*$/gm, "").trim() ? [{ file, text: `${body}\n` }] : [];
  });
}

/**
 * The documents with what Helm draws at random made steady. Two renderings of the same values differ exactly there: such a
 * value stays what it was in an earlier rendering, if that had the object and the field. Annotations that differ are
 * checksums of what was drawn; they become one of everything that is configuration, so that pods still restart with it.
 */
export function steady(
  first: ChartDocument[],
  second: ChartDocument[],
  earlier: readonly ChartDocument[] = [],
): ChartDocument[] {
  if (first.length !== second.length) return first;
  const known = new Map(earlier.map(({ text }) => [identity(data(text)), data(text)]));
  let drawn = false;
  const kept = first.map((document, index) => {
    const twin = second[index];
    if (!twin || twin.text === document.text) return { document, value: undefined };
    drawn = true;
    const value = data(document.text);
    return { document, value: carried(value, data(twin.text), known.get(identity(value)), []) };
  });
  if (!drawn) return first;
  const configuration = kept.flatMap(({ document, value }) => {
    const object = value ?? data(document.text);
    return isRecord(object) && (object.kind === "Secret" || object.kind === "ConfigMap")
      ? [JSON.stringify([object.kind, object.metadata, object.data, object.stringData])]
      : [];
  });
  const sum = createHash("sha256").update(configuration.join("\n")).digest("hex");
  return kept.map(({ document, value }) =>
    value === undefined
      ? document
      : { ...document, text: `${JSON.stringify(value).replaceAll(CHECKSUM, sum)}\n` },
  );
}

/** Stands where a checksum goes until the configuration is known; no chart can guess it. */
const CHECKSUM = createHash("sha256").update(String(process.hrtime.bigint())).digest("hex");

function carried(value: unknown, twin: unknown, before: unknown, path: string[]): unknown {
  if (isRecord(value) && isRecord(twin))
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        carried(each, twin[key], isRecord(before) ? before[key] : undefined, [...path, key]),
      ]),
    );
  if (Array.isArray(value) && Array.isArray(twin))
    return value.map((each, index) =>
      carried(each, twin[index], Array.isArray(before) ? before[index] : undefined, [...path, String(index)]),
    );
  if (value === twin) return value;
  if (path.at(-2) === "annotations") return CHECKSUM;
  return typeof before === typeof value ? before : value;
}

function identity(value: unknown): string {
  if (!isRecord(value)) return "";
  const metadata = isRecord(value.metadata) ? value.metadata : {};
  return JSON.stringify([value.apiVersion, value.kind, metadata.namespace, metadata.name]);
}

function data(text: string): unknown {
  return parseYaml(asIs(text), "chart")[0]?.plain();
}
