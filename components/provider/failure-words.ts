import type { useTranslations } from "use-intl";
import type { Failure } from "./validator";

/** A broken rule of a schema in the reader's language. */
export function failureWords(t: ReturnType<typeof useTranslations>, failure: Failure): string {
  const { keyword, limit } = failure;
  const key = `rules.${keyword === "type" ? `type-${String(limit)}` : keyword}`;
  if (!t.has(key)) return failure.message;
  return t(key, {
    limit: Array.isArray(limit) ? limit.join(", ") : typeof limit === "number" ? limit : String(limit),
  });
}
