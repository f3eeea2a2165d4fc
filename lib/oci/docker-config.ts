import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Credentials } from "./auth.ts";
import { OciError } from "./errors.ts";
import { canonicalHost, DOCKER_HUB } from "./reference.ts";

interface Entry {
  auth?: string;
  username?: string;
  password?: string;
  identitytoken?: string;
}

interface ConfigFile {
  auths?: Record<string, Entry>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

type Environment = Record<string, string | undefined>;

/** Docker Hub's name in these files. */
const HUB_KEY = "https://index.docker.io/v1/";
const HELPER_MS = 15_000;

/** The file that `docker login` writes, `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`. */
function dockerConfigPath(env: Environment = process.env): string {
  return join(env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker"), "config.json");
}

/** Where credentials are looked for, in order: `$REGISTRY_AUTH_FILE` alone, else docker's file and podman's. */
function configPaths(env: Environment): string[] {
  if (env.REGISTRY_AUTH_FILE) return [env.REGISTRY_AUTH_FILE];
  const home = env.HOME || homedir();
  const runtime = env.XDG_RUNTIME_DIR;
  return [
    dockerConfigPath(env),
    ...(runtime ? [join(runtime, "containers", "auth.json")] : []),
    join(env.XDG_CONFIG_HOME || join(home, ".config"), "containers", "auth.json"),
  ];
}

/** Looks credentials up as docker, podman and skopeo do; give it to `Registry`. Files are read at each call. */
export function dockerCredentials(env: Environment = process.env) {
  return async (registry: string): Promise<Credentials | undefined> => {
    for (const path of configPaths(env)) {
      const config = await readConfig(path);
      const found = config && (await credentialsIn(config, registry, env));
      if (found) return found;
    }
    return undefined;
  };
}

async function credentialsIn(
  { credHelpers = {}, credsStore, auths = {} }: ConfigFile,
  registry: string,
  env: Environment,
): Promise<Credentials | undefined> {
  const host = canonicalHost(registry);
  const server = serverOf(host);
  const helper = Object.entries(credHelpers).find(([name]) => hostOf(name) === host)?.[1];
  if (helper) return askHelper(helper, server, env);
  const stored = credsStore ? await askHelper(credsStore, server, env) : undefined;
  if (stored) return stored;
  const entry = Object.entries(auths).find(([name]) => hostOf(name) === host)?.[1];
  return entry && decode(entry);
}

function decode({ auth, username, password, identitytoken }: Entry): Credentials | undefined {
  const [user, ...rest] = Buffer.from(auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  const found = { username: username ?? user ?? "", password: password ?? rest.join(":") };
  if (identitytoken) return { ...found, identityToken: identitytoken };
  return found.username || found.password ? found : undefined;
}

/** Remembers credentials for a registry, with the helper that the file names, else in the file, which only its owner can read. */
export async function saveCredentials(
  registry: string,
  credentials: Credentials,
  env: Environment = process.env,
): Promise<{ place: string }> {
  const host = canonicalHost(registry);
  return change(host, env, async (config, helper, path) => {
    const { username, password } = credentials;
    if (helper) {
      const secret = JSON.stringify({ ServerURL: serverOf(host), Username: username, Secret: password });
      await runHelper(helper, "store", secret, env);
      config.auths = { ...config.auths, [serverOf(host)]: {} };
      return { place: `docker-credential-${helper}` };
    }
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    config.auths = { ...without(config.auths, host), [serverOf(host)]: { auth } };
    return { place: path };
  });
}

/** Forgets them. False when there were none in docker's file. */
export async function removeCredentials(registry: string, env: Environment = process.env): Promise<boolean> {
  const host = canonicalHost(registry);
  return change(host, env, async (config, helper) => {
    if (helper) await runHelper(helper, "erase", serverOf(host), env);
    const before = Object.keys(config.auths ?? {}).length;
    config.auths = without(config.auths, host);
    return helper !== undefined || Object.keys(config.auths).length < before;
  });
}

async function change<T>(
  host: string,
  env: Environment,
  work: (config: ConfigFile, helper: string | undefined, path: string) => Promise<T>,
): Promise<T> {
  const path = env.REGISTRY_AUTH_FILE || dockerConfigPath(env);
  const config = (await readConfig(path)) ?? {};
  const own = Object.entries(config.credHelpers ?? {}).find(([name]) => hostOf(name) === host)?.[1];
  const result = await work(config, own ?? config.credsStore, path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(temporary, 0o600);
  await rename(temporary, path);
  return result;
}

function without(auths: ConfigFile["auths"], host: string): Record<string, Entry> {
  return Object.fromEntries(Object.entries(auths ?? {}).filter(([name]) => hostOf(name) !== host));
}

async function readConfig(path: string): Promise<ConfigFile | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as ConfigFile;
  } catch {
    // The parser's own words would show a piece of the file, which holds passwords.
    throw new OciError(
      "credential-helper",
      `${path} is not JSON, so no credentials can be read. Repair or remove it.`,
    );
  }
}

async function askHelper(helper: string, server: string, env: Environment): Promise<Credentials | undefined> {
  const output = await runHelper(helper, "get", server, env);
  if (output === undefined) return undefined;
  try {
    const { Username = "", Secret = "" } = JSON.parse(output) as { Username?: string; Secret?: string };
    if (Username === "<token>") return { username: "", password: "", identityToken: Secret };
    return { username: Username, password: Secret };
  } catch {
    throw new OciError(
      "credential-helper",
      `docker-credential-${helper} answered something other than JSON.`,
    );
  }
}

/** What the helper printed; undefined when it has no credentials for this server. */
function runHelper(
  helper: string,
  verb: string,
  input: string,
  env: Environment,
): Promise<string | undefined> {
  if (!/^[\w.-]+$/.test(helper))
    throw new OciError(
      "credential-helper",
      `"${helper}" in the docker configuration is not a credential helper's name.`,
    );
  const program = `docker-credential-${helper}`;
  const failed = (why: string) =>
    new OciError(
      "credential-helper",
      `${program} ${verb} failed: ${why}. Repair it, or take it out of the docker configuration.`,
    );
  return new Promise((resolve, reject) => {
    const child = spawn(program, [verb], { env: { ...process.env, ...env }, timeout: HELPER_MS });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.on("error", (error) => reject(failed(error.message)));
    child.stdin.on("error", (error) => errors.push(Buffer.from(error.message)));
    child.on("close", (code) => {
      const text = Buffer.concat(output).toString("utf8");
      if (code === 0) return resolve(text);
      // The protocol's own sentence for "there is nothing".
      if (/credentials not found/i.test(text)) return resolve(undefined);
      reject(
        failed((Buffer.concat(errors).toString("utf8").trim() || `it ended with ${code}`).slice(0, 200)),
      );
    });
    child.stdin.end(input);
  });
}

function serverOf(host: string): string {
  return host === DOCKER_HUB ? HUB_KEY : host;
}

/** `https://index.docker.io/v1/` → `docker.io`. */
function hostOf(key: string): string {
  return canonicalHost(key.replace(/^https?:\/\//, "").replace(/\/.*$/, ""));
}
