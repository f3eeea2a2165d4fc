import { isRecord } from "./scan.ts";

/** What an image's configuration says of running it (image-spec, "config.md"). */
export interface ImageSettings {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  WorkingDir?: string;
  Labels?: Record<string, string>;
}

/** Reads the settings in the bytes of a configuration; whatever is not as the specification has it is left out. */
export function settingsOf(config: Uint8Array): ImageSettings {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(config));
  } catch {
    return {};
  }
  const settings = isRecord(found) && isRecord(found.config) ? found.config : {};
  const { Entrypoint, Cmd, Env, WorkingDir, Labels } = settings;
  const texts = (value: unknown) =>
    Array.isArray(value) && value.every((each) => typeof each === "string") ? (value as string[]) : undefined;
  const [entrypoint, cmd, env] = [texts(Entrypoint), texts(Cmd), texts(Env)];
  return {
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(cmd ? { Cmd: cmd } : {}),
    ...(env ? { Env: env } : {}),
    ...(typeof WorkingDir === "string" ? { WorkingDir } : {}),
    ...(isRecord(Labels)
      ? { Labels: Object.fromEntries(Object.entries(Labels).map(([name, value]) => [name, String(value)])) }
      : {}),
  };
}

/**
 * ENTRYPOINT and CMD as shell commands, in order. Cluster images write them in three ways: as a shell line
 * (`CMD kubectl apply -f x`), as the words of one program (`["bash", "entrypoint.sh"]`), and as a list of shell lines
 * (`["helm upgrade -i a ./a", "kubectl apply -f x"]`).
 */
export function commandLines({ Entrypoint = [], Cmd = [] }: ImageSettings): string[] {
  const [entrypoint, cmd] = [linesOf(Entrypoint), linesOf(Cmd)];
  if (entrypoint || cmd) return [...(entrypoint ?? joined(Entrypoint)), ...(cmd ?? joined(Cmd))];
  return joined([...Entrypoint, ...Cmd]);
}

/** The shell lines, where the list holds lines and not the words of one program. */
function linesOf(list: string[]): string[] | undefined {
  const [first = "", second = "", third, ...rest] = list;
  if (
    /^(\/(usr\/)?bin\/)?(ba)?sh$/.test(first) &&
    /^-e?c$/.test(second) &&
    third !== undefined &&
    rest.length === 0
  )
    return [third];
  return /\s/.test(first.trim()) ? list.filter((line) => line.trim() !== "") : undefined;
}

function joined(words: string[]): string[] {
  return words.length === 0 ? [] : [words.map(quoted).join(" ")];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
