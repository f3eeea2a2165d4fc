import { once } from "node:events";
import { watch } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { type BuiltImage, complete, evaluate, readContext, writeImage } from "../../lib/build/index.ts";
import {
  type Descriptor,
  formatReference,
  Layout,
  REF_NAME,
  type Reference,
  writeLayoutTar,
} from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError, explain, isBug } from "../lib/errors.ts";
import { imagesOf, storeContainerImages } from "../registry/offline.ts";
import { humanBytes } from "../registry/progress.ts";
import { localStore, readReference } from "../registry/store.ts";
import { readSource } from "./surroundings.ts";

export interface BuildOptions {
  folder: string;
  tag: string[];
  file: string | undefined;
  buildArg: string[];
  target: string | undefined;
  output: string | undefined;
  withImages: boolean;
  platform: string | undefined;
  plainHttp: boolean;
}

/** A save comes as several events. */
const QUIET_MS = 150;

interface Outcome {
  built: BuiltImage;
  references: Reference[];
  images: Descriptor[];
}

/** Builds once and says what came of it. */
export async function buildFolder(context: Context, options: BuildOptions): Promise<void> {
  const { built, references, images } = await build(context, options);
  const { digest } = built.descriptor;
  const names = references.map(formatReference);
  context.out.result(
    {
      references: names,
      digest,
      size: built.size,
      ...(options.output ? { output: options.output } : {}),
      ...(options.withImages
        ? {
            images: images.map(({ annotations, digest }) => ({ reference: annotations?.[REF_NAME], digest })),
          }
        : {}),
    },
    () => [
      ...(names.length > 0 ? names.map((name) => `${name}@${digest}`) : [digest]),
      context.out.say(["{title} {version}, {size}", "{title} {version}，{size}"], {
        title: built.content.title,
        version: built.content.version,
        size: humanBytes(built.size),
      }),
    ],
  );
}

/** Builds once; says only what to beware of. */
export async function build(context: Context, options: BuildOptions): Promise<Outcome> {
  const references = options.tag.map(readReference);
  for (const { digest } of references)
    if (digest)
      throw new CommandError(["A tag is what is given here, not a digest.", "此处应为标签，而不是摘要。"], {
        exit: "usage",
      });
  const { kubefile, surroundings } = await readSource(context, {
    folder: options.folder,
    args: options.buildArg,
    plainHttp: options.plainHttp,
    ...(options.file ? { file: options.file } : {}),
  });
  if (options.output) refuseInside(context, options.folder, options.output, surroundings.context.ignores);
  const { stage, warnings } = await evaluate(
    kubefile,
    surroundings,
    options.target ? { target: options.target } : {},
  );
  complete(stage, surroundings.context, kubefile);
  const store = localStore(context);
  const built = await writeImage(store, stage, createdOf(context.env));
  for (const warning of warnings) context.out.warn(warning);
  for (const warning of built.content.warnings) context.out.warn(warning);
  const names = references.map(formatReference);
  for (const name of names) await store.tag(name, built.descriptor);
  if (references.length === 0) await store.keep(built.descriptor);
  const images = options.withImages ? await withImages(context, store, built, options) : [];
  if (options.output) await writeOutput(context, store, built, references, images, options.output);
  return { built, references, images };
}

/** What is written into the folder would be part of the next image, and of the one after it twice. */
function refuseInside(
  { cwd }: Context,
  folder: string,
  output: string,
  ignores: (path: string) => boolean,
): void {
  const path = relative(resolve(cwd, folder), resolve(cwd, output)).split(sep).join("/");
  const inside = path !== "" && path !== ".." && !path.startsWith("../") && !isAbsolute(path);
  if (path !== "" && (!inside || ignores(path))) return;
  throw new CommandError(
    [
      "{output} is in the folder that is built, so the next image would contain it. Write elsewhere, or add it to .dockerignore.",
      "{output} 位于构建文件夹内，会进入下一个镜像。请写到别处，或将其加入 .dockerignore。",
    ],
    { params: { output }, exit: "usage" },
  );
}

async function withImages(
  context: Context,
  store: Layout,
  built: BuiltImage,
  { platform, plainHttp }: BuildOptions,
): Promise<Descriptor[]> {
  const { images, undecided } = await imagesOf(store, built.descriptor);
  for (const image of undecided)
    context.out.warn(
      [
        "{image} is decided only at install, so it is not stored; list it in images/shim/.",
        "{image} 在安装时才确定，因此未保存；请将其列入 images/shim/。",
      ],
      { image },
    );
  const options = { plainHttp, ...(platform ? { platform } : {}) };
  return (await storeContainerImages(context, store, images, options)).map(({ entry }) => entry);
}

/** An OCI layout of this image alone: a tar when the path ends so, a folder otherwise. */
async function writeOutput(
  context: Context,
  store: Layout,
  built: BuiltImage,
  references: readonly Reference[],
  images: readonly Descriptor[],
  path: string,
): Promise<void> {
  const place = resolve(context.cwd, path);
  const own = references.map((reference) => ({
    ...built.descriptor,
    annotations: { [REF_NAME]: formatReference(reference) },
  }));
  const entries = [...(own.length > 0 ? own : [built.descriptor]), ...images];
  if (/\.tar$/i.test(path)) return void (await writeLayoutTar(store, entries, place));
  const { reachable } = await import("../../lib/oci/index.ts");
  const layout = new Layout(place);
  for (const entry of entries)
    for (const each of await reachable(store, entry))
      await layout.writeStream(each, store.stream(each.digest));
  for (const entry of entries) {
    const name = entry.annotations?.[REF_NAME];
    await (name ? layout.tag(name, entry) : layout.keep(entry));
  }
}

/** `SOURCE_DATE_EPOCH`, seconds since 1970 (reproducible-builds.org). */
function createdOf(env: NodeJS.ProcessEnv): Date | undefined {
  const text = env.SOURCE_DATE_EPOCH;
  if (!text) return undefined;
  if (/^\d{1,11}$/.test(text)) return new Date(Number(text) * 1000);
  throw new CommandError(
    [
      "SOURCE_DATE_EPOCH is {text}, and has to be seconds since 1970.",
      "SOURCE_DATE_EPOCH 为 {text}，应为 1970 年以来的秒数。",
    ],
    { params: { text }, exit: "usage" },
  );
}

/**
 * Does the round at once and at each save until Ctrl-C; what is wrong is said, and the next save tried again. A round's
 * second argument ends when something is saved meanwhile: whoever waits for what is outdated may give up.
 */
export async function atEachSave(
  context: Context,
  path: string,
  round: (saved: AbortSignal) => Promise<void>,
): Promise<void> {
  const folder = resolve(context.cwd, path);
  const { ignores } = await readContext(folder);
  let saved = new AbortController();
  const watcher = watch(folder, { recursive: true }, (_event, file) => {
    const path = file?.split("\\").join("/");
    if (path && !ignores(path) && !/(^|\/)\.git(\/|$)/.test(path)) saved.abort();
  });
  const stop = () => saved.abort();
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    while (!context.signal.aborted) {
      saved = new AbortController();
      try {
        await round(saved.signal);
      } catch (error) {
        if (isBug(error)) throw error;
        if (!saved.signal.aborted) context.out.error(explain(error, context.language).message, "failed");
      }
      if (!saved.signal.aborted) {
        context.out.note(["Waiting for changes; Ctrl-C ends it.", "等待更改，按 Ctrl-C 结束。"]);
        await once(saved.signal, "abort");
      }
      await new Promise((done) => setTimeout(done, QUIET_MS));
    }
  } finally {
    watcher.close();
    context.signal.removeEventListener("abort", stop);
  }
}
