import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type BaseImage, readContext, type Surroundings } from "../../lib/build/index.ts";
import { type ImageSettings, limits, readLayers } from "../../lib/images/index.ts";
import { formatReference, type Layout, parseManifest, pullImage, versionOf } from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { blobBars } from "../registry/progress.ts";
import { clientFor, findImage, localStore, readReference } from "../registry/store.ts";

const NAMES = ["Kubefile", "Dockerfile", "Containerfile"];
const FETCH_MS = 60_000;

export interface Source {
  kubefile: string;
  surroundings: Surroundings;
}

interface SourceOptions {
  folder: string;
  file?: string;
  args?: readonly string[];
  plainHttp?: boolean;
}

/** The folder and its Kubefile; a folder without one is taken whole. */
export async function readSource(context: Context, options: SourceOptions): Promise<Source> {
  const folder = resolve(context.cwd, options.folder);
  const found = await findKubefile(context, folder, options.file);
  const built = await readContext(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new CommandError(["There is no folder {folder}.", "文件夹 {folder} 不存在。"], {
      params: { folder: options.folder },
      exit: "not-found",
    });
  });
  const layout = localStore(context);
  return {
    kubefile: found?.text ?? "FROM scratch\nCOPY . .\n",
    surroundings: {
      context: built,
      file: found?.name ?? "Kubefile",
      args: argsOf(options.args ?? []),
      base: (reference) => baseImage(context, layout, reference, options.plainHttp ?? false),
      fetch: (url) => download(context, url),
    },
  };
}

async function findKubefile(
  { cwd }: Context,
  folder: string,
  file: string | undefined,
): Promise<{ name: string; text: string } | undefined> {
  if (file) {
    const text = await readFile(resolve(cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      throw new CommandError(["There is no {file}.", "{file} 不存在。"], {
        params: { file },
        exit: "not-found",
      });
    });
    return { name: basename(file), text };
  }
  for (const name of NAMES) {
    const text = await readFile(join(folder, name), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (text !== undefined) return { name, text };
  }
  return undefined;
}

function argsOf(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf("=");
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new CommandError(
        ["--build-arg takes NAME=VALUE, not {pair}.", "--build-arg 应为 NAME=VALUE，而不是 {pair}。"],
        { params: { pair }, exit: "usage" },
      );
    }),
  );
}

/** An image to build upon: the store's, or else its registry's, which is kept in the store then. */
async function baseImage(
  context: Context,
  layout: Layout,
  text: string,
  plainHttp: boolean,
): Promise<BaseImage> {
  const reference = readReference(text);
  let descriptor = await findImage(layout, reference);
  if (!descriptor) {
    const registry = clientFor(reference.registry, context, { plainHttp });
    const from = { registry, repository: reference.repository, reference: versionOf(reference) };
    ({ descriptor } = await pullImage(from, layout, { referrers: false, onProgress: blobBars(context) }));
    await layout.tag(formatReference(reference), descriptor);
  }
  const manifest = parseManifest(await layout.read(descriptor.digest), descriptor.digest);
  const config = JSON.parse((await layout.read(manifest.config.digest)).toString("utf8")) as {
    config?: ImageSettings;
    rootfs?: { diff_ids?: string[] };
  };
  return {
    manifest,
    diffIds: config.rootfs?.diff_ids ?? [],
    settings: config.config ?? {},
    files: await readLayers(manifest.layers, ({ digest }) => layout.read(digest)),
  };
}

async function download({ signal }: Context, url: string): Promise<Uint8Array> {
  const refuse = (why: string, cause?: unknown) =>
    new CommandError(["{url} cannot be had: {why}", "无法获取 {url}：{why}"], {
      params: { url, why },
      exit: "unreachable",
      cause,
    });
  const within = AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]);
  try {
    const response = await fetch(url, { signal: within });
    if (!response.ok || !response.body) throw refuse(`status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > limits.layer) throw refuse(`more than ${limits.layer / 1024 ** 2} MiB`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
    throw refuse((error as Error).message, error);
  }
}
