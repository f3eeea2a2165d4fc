import { isObject, type Json } from "./types.ts";

/** A value as Go writes it when it holds it in maps: keys in order, and no signs that HTML minds. */
export function sortedJson(value: Json): string {
  return JSON.stringify(sorted(value)).replaceAll(
    /[<>&]/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`,
  );
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as Json)]));
}
