import type { RevisionValues } from "../../install/revisions.ts";
import { formsOf } from "../../install/troubleshoot/mask.ts";
import type { ImageContent } from "../../model/image.ts";

/** Bytes of UTF-8 that a run's output may have. */
export const OUTPUT_BYTES = 64 * 1024;

/** The text without the secrets in it, the last 64 KiB of it. Very short secrets would tear words apart. */
export function masked(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of maskable(secrets)) result = result.replaceAll(secret, "••••");
  return lastPart(result);
}

/** The same of a text that goes on: without an end that may be the beginning of a secret. */
export function maskedSoFar(text: string, secrets: readonly string[]): string {
  let held = 0;
  for (const secret of maskable(secrets))
    for (let length = Math.min(secret.length - 1, text.length); length > held; length--)
      if (text.endsWith(secret.slice(0, length))) held = length;
  return masked(text.slice(0, text.length - held), secrets);
}

function maskable(secrets: readonly string[]): string[] {
  const forms = new Set(secrets.filter((secret) => secret.length >= 4).flatMap(formsOf));
  return [...forms].sort((a, b) => b.length - a.length);
}

/** The end of the text, at most so many times the bytes that a run's output may have. */
export function lastPart(text: string, times = 1): string {
  if (text.length * 3 <= OUTPUT_BYTES * times) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= OUTPUT_BYTES * times) return text;
  return bytes
    .subarray(-OUTPUT_BYTES * times)
    .toString("utf8")
    .replace(/^\uFFFD+/, "");
}

/** Texts of an installation that nobody is to read: what was drawn, but for names by which it is known, and secret inputs. */
export function secretsIn(content: ImageContent, values: RevisionValues | undefined): string[] {
  const drawn = Object.entries(values?.drawn ?? {}).flatMap(([key, value]) =>
    /^app_(name|host)$/.test(key) ? [] : value,
  );
  const secret = content.inputs.filter((input) => input.secret).map((input) => input.name);
  return [...drawn, ...secret.flatMap((each) => values?.inputs[each] ?? [])];
}
