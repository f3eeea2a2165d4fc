import { ImageError } from "./error.ts";

/** What the Hub reads of a Kubefile (Dockerfile grammar): its labels. */
export interface Kubefile {
  labels: Record<string, string>;
}

const INSTRUCTIONS = new Set([
  ...["FROM", "COPY", "ADD", "ENV", "ARG", "LABEL", "ENTRYPOINT", "CMD", "MAINTAINER", "RUN", "USER"],
  ...["WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "SHELL", "ONBUILD", "REGISTRY"],
]);

/** @throws ImageError with the line of an instruction that does not exist. */
export function readKubefile(text: string, file = "Kubefile"): Kubefile {
  const labels: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    let instruction = (lines[index] ?? "").trim();
    if (!instruction || instruction.startsWith("#")) continue;
    while (instruction.endsWith("\\") && index + 1 < lines.length) {
      index++;
      const next = (lines[index] ?? "").trim();
      instruction = `${instruction.slice(0, -1)} ${next.startsWith("#") ? "\\" : next}`;
    }
    const [, word = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(instruction) ?? [];
    if (!INSTRUCTIONS.has(word.toUpperCase())) {
      throw new ImageError([`${word} is not an instruction of a Kubefile`, `${word} 不是 Kubefile 指令`], {
        file,
        line,
      });
    }
    if (word.toUpperCase() === "LABEL") Object.assign(labels, pairs(rest));
  }
  return { labels };
}

function pairs(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const pattern = /("(?:[^"\\]|\\.)*"|[^\s="]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g;
  for (const [, key = "", value = ""] of text.matchAll(pattern)) found[unquote(key)] = unquote(value);
  if (Object.keys(found).length > 0) return found;
  // The old form: LABEL key the rest is the value
  const [, key, value] = /^(\S+)\s+(.+)$/.exec(text.trim()) ?? [];
  return key && value ? { [unquote(key)]: unquote(value) } : {};
}

function unquote(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  const inner = /^".*"$/s.test(text) ? text.slice(1, -1) : text;
  return inner.replace(/\\(.)/g, "$1");
}
