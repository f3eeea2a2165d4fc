import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import {
  type BlobSource,
  type Descriptor,
  dockerCredentials,
  formatReference,
  Layout,
  parseReference,
  REF_NAME,
  type Reference,
  Registry,
  TarLayout,
} from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";

/** Where `hub pull` puts images and `hub push` takes them from: `$HUB_STORE`, else below the person's data. */
function storePath(env: NodeJS.ProcessEnv): string {
  const data = env.XDG_DATA_HOME || join(env.HOME || homedir(), ".local", "share");
  return env.HUB_STORE || join(data, "sealos-hub", "images");
}

export function localStore({ env, cwd }: Pick<Context, "env" | "cwd">): Layout {
  return new Layout(resolve(cwd, storePath(env)));
}

/** An OCI layout that somebody names: a folder or a tar. */
export async function openLayout(path: string, cwd: string): Promise<BlobSource> {
  const place = resolve(cwd, path);
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!found)
    throw new CommandError(["There is no {path}.", "{path} 不存在。"], {
      params: { path },
      exit: "not-found",
    });
  return found.isDirectory() ? new Layout(place) : TarLayout.open(place);
}

/** A reference with a tag: `latest` when it has neither tag nor digest. */
export function readReference(text: string): Reference {
  const reference = parseReference(text);
  return reference.tag || reference.digest ? reference : { ...reference, tag: "latest" };
}

/** What a layout has under this reference. A layout of one image needs no names. */
export async function findImage(
  source: BlobSource,
  reference: Reference,
  options: { onlyOne?: boolean } = {},
): Promise<Descriptor | undefined> {
  const entries = await source.index();
  const whole = formatReference(reference);
  const short = `${reference.repository}:${reference.tag ?? ""}`;
  const named = (name: string) => entries.find((each) => each.annotations?.[REF_NAME] === name);
  // Buildah and skopeo name an image by its tag alone, or not at all.
  const other = options.onlyOne && entries.length === 1 ? entries[0] : undefined;
  const found =
    (reference.digest ? entries.find(({ digest }) => digest === reference.digest) : undefined) ??
    named(whole) ??
    named(short) ??
    other;
  return found && withoutName(found);
}

function withoutName(entry: Descriptor): Descriptor {
  const { mediaType, digest, size } = entry;
  return { mediaType, digest, size };
}

/** A client for a registry with the person's own credentials, as docker and podman keep them. */
export function clientFor(
  registry: string,
  { env, signal }: Context,
  options: { plainHttp?: boolean } = {},
): Registry {
  return new Registry({
    registry,
    credentials: dockerCredentials(env),
    signal,
    ...(options.plainHttp ? { plainHttp: true } : {}),
  });
}
