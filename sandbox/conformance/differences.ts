import type { Answer } from "./types.ts";

/** Where an answer differs from the recorded one: `body.spec.replicas: 1 instead of 2`. Empty when it does not. */
export function differences(expected: Answer, actual: Answer): string[] {
  const out: string[] = [];
  compare("", expected, actual, out);
  return out;
}

const text = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));

function compare(path: string, expected: unknown, actual: unknown, out: string[]): void {
  if (isRecord(expected) && isRecord(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      compare(path === "" ? key : `${path}.${key}`, expected[key], actual[key], out);
    }
    return;
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    for (const [i, item] of expected.entries()) compare(`${path}[${i}]`, item, actual[i], out);
    return;
  }
  if (text(expected) !== text(actual)) out.push(`${path}: ${text(actual)} instead of ${text(expected)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
