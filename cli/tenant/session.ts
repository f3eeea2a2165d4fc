import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** A Hub that somebody signed in to. */
export interface HubSession {
  url: string;
  token: string;
  uid: string;
  expiresAt: string;
}

interface Kept {
  /** The one that commands speak to. */
  current?: string;
  hubs: Record<string, HubSession>;
}

function fileOf(env: NodeJS.ProcessEnv): string {
  const home = env.HOME || homedir();
  return join(env.XDG_CONFIG_HOME || join(home, ".config"), "sealos-hub", "sessions.json");
}

async function read(env: NodeJS.ProcessEnv): Promise<Kept> {
  try {
    return JSON.parse(await readFile(fileOf(env), "utf8")) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { hubs: {} };
    throw error;
  }
}

/** Whole or not at all, and for its owner alone. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}.new`;
  await writeFile(next, text, { mode: 0o600 });
  await rename(next, path);
}

/** The session of this Hub, or of the current one; undefined when nobody signed in. */
export async function sessionOf(env: NodeJS.ProcessEnv, url?: string): Promise<HubSession | undefined> {
  const { current, hubs } = await read(env);
  const wanted = url ?? env.HUB_URL ?? current;
  return wanted ? hubs[wanted] : undefined;
}

export async function keepSession(env: NodeJS.ProcessEnv, session: HubSession): Promise<void> {
  const { hubs } = await read(env);
  const kept: Kept = { current: session.url, hubs: { ...hubs, [session.url]: session } };
  await writePrivate(fileOf(env), `${JSON.stringify(kept, null, 2)}\n`);
}

export async function forgetSession(env: NodeJS.ProcessEnv, url: string): Promise<void> {
  const { current, hubs } = await read(env);
  const { [url]: _, ...others } = hubs;
  const next = current === url ? Object.keys(others)[0] : current;
  await writePrivate(
    fileOf(env),
    `${JSON.stringify({ ...(next && { current: next }), hubs: others }, null, 2)}\n`,
  );
}
