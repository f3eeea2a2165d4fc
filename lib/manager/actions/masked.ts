import type { RevisionValues } from "../../install/revisions.ts";
import type { ImageContent } from "../../model/image.ts";

/** Bytes of UTF-8 that a run's output may have. */
const OUTPUT_BYTES = 64 * 1024;

/** The text without the secrets in it, at most 64 KiB of it. Very short secrets would tear words apart. */
export function masked(text: string, secrets: readonly string[]): string {
  const longest = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  let result = text;
  for (const secret of longest) result = result.replaceAll(secret, "••••");
  const bytes = Buffer.from(result);
  if (bytes.length <= OUTPUT_BYTES) return result;
  return bytes
    .subarray(0, OUTPUT_BYTES)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
}

/** Texts of an installation that nobody is to read: what was drawn, but for names by which it is known, and secret inputs. */
export function secretsIn(content: ImageContent, values: RevisionValues | undefined): string[] {
  const drawn = Object.entries(values?.drawn ?? {}).flatMap(([key, value]) =>
    /^app_(name|host)$/.test(key) ? [] : value,
  );
  const secret = content.inputs.filter((input) => input.secret).map((input) => input.name);
  return [...drawn, ...secret.flatMap((each) => values?.inputs[each] ?? [])];
}
