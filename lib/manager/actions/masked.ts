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
