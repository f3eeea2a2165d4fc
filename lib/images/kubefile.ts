import { ImageError } from "./error.ts";
import type { ImageSettings } from "./settings.ts";

/** What the Hub reads of a Kubefile (Dockerfile grammar): its labels, and what its last stage does. */
export interface Kubefile {
  labels: Record<string, string>;
  settings: ImageSettings;
}

const INSTRUCTIONS = new Set([
  ...["FROM", "COPY", "ADD", "ENV", "ARG", "LABEL", "ENTRYPOINT", "CMD", "MAINTAINER", "RUN", "USER"],
  ...["WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "SHELL", "ONBUILD", "REGISTRY"],
]);

/** @throws ImageError with the line of an instruction that does not exist. */
export function readKubefile(text: string, file = "Kubefile"): Kubefile {
  const labels: Record<string, string> = {};
  let settings: ImageSettings = {};
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
    const keyword = word.toUpperCase();
    if (keyword === "LABEL") Object.assign(labels, pairs(rest));
    else if (keyword === "FROM") settings = {};
    else if (keyword === "ENTRYPOINT") settings.Entrypoint = wordsOf(rest);
    else if (keyword === "CMD") settings.Cmd = wordsOf(rest);
    else if (keyword === "WORKDIR") settings.WorkingDir = rest.trim();
    else if (keyword === "ENV")
      settings.Env = [
        ...(settings.Env ?? []),
        ...Object.entries(pairs(rest)).map(([name, value]) => `${name}=${value}`),
      ];
  }
  return { labels, settings };
}

/** The JSON form, or the shell form as the shell's own words. */
function wordsOf(text: string): string[] {
  if (text.trim().startsWith("["))
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
    } catch {
      // What is no list is a shell's line.
    }
  return ["/bin/sh", "-c", text.trim()];
}

function pairs(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const pattern = /(?<![^\s="])("(?:[^"\\]|\\.)*"|[^\s="]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g;
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
