import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { build, findGo } from "./build.ts";
import { type ProgramName, type Source, sourceOf } from "./catalogue.ts";
import { download } from "./download.ts";
import { withLock } from "./lock.ts";
import { releaseOf } from "./releases.ts";

export type Found<Name extends string> = { found: Record<Name, string> } | { missing: string };

export interface FindOptions {
  /** Whether the publishers' downloads may be tried before a build; default: `HUB_CLUSTER_DOWNLOAD=1` is set. */
  download?: boolean;
  /** Whether what is absent may be fetched or built; default true. */
  make?: boolean;
}

type Say = (line: string) => void;

/** Where built programs are kept. */
function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sealos-hub", "binaries");
}

const isProgram = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/**
 * Paths of programs, each from the first place that has it: `KUBEBUILDER_ASSETS`, the cache folder, the publishers'
 * downloads if allowed, a build with the Go toolchain. `missing` is one sentence: what could not be had, and the way out.
 */
export async function findBinaries<Name extends ProgramName>(
  names: readonly Name[],
  say: Say = () => undefined,
  {
    download: mayDownload = process.env.HUB_CLUSTER_DOWNLOAD === "1",
    make: mayMake = true,
  }: FindOptions = {},
): Promise<Found<Name>> {
  const found: Partial<Record<Name, string>> = {};
  const absent: Source[] = [];
  for (const name of names) {
    const source = sourceOf(name);
    const path = await present(source);
    if (path) found[name] = path;
    else absent.push(source);
  }
  if (absent.length > 0 && !mayMake) {
    const which = absent.map(({ name }) => name).join(", ");
    return { missing: `there is no ${which} here; npm run cluster:programs gets them.` };
  }
  if (absent.length > 0) {
    const why = await make(absent, mayDownload, say);
    if (why) return { missing: why };
    for (const { name, key } of absent) found[name as Name] = join(cacheDir(), key, name);
  }
  return { found: found as Record<Name, string> };
}

async function present({ name, key }: Source): Promise<string | undefined> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  const places = [...(assets ? [join(assets, name)] : []), join(cacheDir(), key, name)];
  for (const path of places) if (await isProgram(path)) return path;
  return undefined;
}

/** Makes programs one after another, one maker on the machine at a time. Returns why not, if not. */
async function make(sources: Source[], mayDownload: boolean, say: Say): Promise<string | undefined> {
  await mkdir(cacheDir(), { recursive: true });
  const waiting = () => say("Another process is getting programs of the cluster; waiting for it …");
  try {
    await withLock(
      join(cacheDir(), "lock"),
      async () => {
        for (const source of sources) await makeOne(source, mayDownload, say);
      },
      waiting,
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

async function makeOne(source: Source, mayDownload: boolean, say: Say): Promise<void> {
  const { name, version, key } = source;
  const target = join(cacheDir(), key, name);
  if (await isProgram(target)) return;
  const release = mayDownload ? releaseOf(source) : undefined;
  if (release) {
    say(`Fetching ${name} ${version} …`);
    const failure = await download(release, target).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (!failure) return;
    say(failure);
  }
  const go = await findGo();
  if (!go)
    throw new Error(
      `${name} ${version} cannot be had: it is neither in KUBEBUILDER_ASSETS nor in ${cacheDir()}, and there is no Go toolchain to build it; install Go 1.26 or newer, or allow downloads with HUB_CLUSTER_DOWNLOAD=1.`,
    );
  say(`Building ${name} ${version} (once; the first of Kubernetes' takes minutes) …`);
  await build(go, source, target).catch((error: Error) => {
    throw new Error(`${name} ${version} could not be built: ${error.message}`);
  });
}
