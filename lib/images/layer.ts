import { Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract, type Header, pack } from "tar-stream";
import { type Descriptor, mediaTypes } from "../oci/index.ts";
import { ImageError } from "./error.ts";
import { limits } from "./limits.ts";
import { imagePath } from "./paths.ts";
import type { Files } from "./read.ts";

/** More layers than any Kubefile makes. */
const LAYERS = 127;
/** Folders, removals and links count as well, at most so many for each file allowed: a tar of nothing but headers takes time. */
const ENTRIES_PER_FILE = 5;
const LAYER_TYPES = new Set<string>([
  mediaTypes.layer,
  mediaTypes.layerGzip,
  mediaTypes.layerZstd,
  mediaTypes.dockerLayer,
  mediaTypes.dockerLayerGzip,
]);
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/**
 * One tar layer with the files in the order of their paths, no owner and no times: same files, same bytes. Those that
 * are `executable` get mode 0755, the others 0644.
 */
export async function packLayer(files: Files, executable: ReadonlySet<string> = new Set()): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const path of [...files.keys()].sort()) {
    const data = files.get(path) ?? new Uint8Array();
    const mode = executable.has(path) ? 0o755 : 0o644;
    const header = { name: path, mode, uid: 0, gid: 0, mtime: new Date(0), type: "file" as const };
    tar.entry({ ...header, size: data.byteLength }, Buffer.from(data));
  }
  tar.finalize();
  await done;
  const layer = Buffer.concat(chunks);
  if (layer.byteLength > limits.layer) throw tooLargeLayer();
  return layer;
}

/**
 * The files of an image whose layers lie one over the other (image-spec, "layer.md"): later files win, whiteouts take
 * away what is below. Layers may be plain, gzip or zstd.
 * @throws ImageError for devices, links and paths that leave the image, and over the limits.
 */
export async function readLayers(
  layers: Descriptor[],
  read: (layer: Descriptor) => Promise<Uint8Array>,
): Promise<Map<string, Uint8Array>> {
  if (layers.length > LAYERS)
    throw new ImageError([`the image has more than ${LAYERS} layers`, `镜像超过 ${LAYERS} 层`]);
  if (layers.reduce((sum, { size }) => sum + size, 0) > limits.layer) throw tooLargeLayer();
  const image = new Unpacking();
  for (const layer of layers) await image.add(await read(layer), layer.mediaType);
  return image.files;
}

/** The files of one layer. @throws ImageError as `readLayers` does. */
export async function unpackLayer(
  layer: Uint8Array,
  mediaType: string = mediaTypes.layer,
): Promise<Map<string, Uint8Array>> {
  const image = new Unpacking();
  await image.add(layer, mediaType);
  return image.files;
}

/**
 * The files of a packed tar (`tgz`) that is no layer.
 * @param most what it may unpack to; `bytes` is what was used, padding and headers included
 * @throws ImageError naming `file`, as `readLayers` does
 */
export async function unpackArchive(
  data: Uint8Array,
  file: string,
  most: { bytes: number; files: number },
): Promise<{ files: Map<string, Uint8Array>; bytes: number }> {
  const archive = new Unpacking({
    ...most,
    tooLarge: () =>
      new ImageError(
        [
          `this unpacks to more than ${inMiB(most.bytes)} or ${most.files} files`,
          `解压后超过 ${inMiB(most.bytes)} 或 ${most.files} 个文件`,
        ],
        { file },
      ),
    broken: (cause) =>
      new ImageError(
        [`this is no packed tar (tgz): ${cause.message}`, `这不是打包的 tar（tgz）：${cause.message}`],
        { file, cause },
      ),
  });
  await archive.add(data, mediaTypes.layerGzip);
  return { files: archive.files, bytes: archive.bytes };
}

interface Allowance {
  bytes: number;
  /** Count. */
  files: number;
  tooLarge: () => ImageError;
  broken: (cause: Error) => ImageError;
}

const forLayers: Allowance = {
  bytes: limits.unpacked,
  files: limits.files,
  tooLarge: () =>
    new ImageError([
      `the image unpacks to more than ${inMiB(limits.unpacked)} or ${limits.files} files`,
      `镜像解压后超过 ${inMiB(limits.unpacked)} 或 ${limits.files} 个文件`,
    ]),
  broken: (cause) =>
    new ImageError(
      [
        `a layer cannot be unpacked: ${cause.message}; build and push the image again`,
        `无法解压镜像层：${cause.message}；请重新构建并推送镜像`,
      ],
      { cause },
    ),
};

/** Layers on the way to files. The limits count for all of them together, removed files too. */
class Unpacking {
  readonly files = new Map<string, Uint8Array>();
  bytes = 0;
  #entries = 0;
  readonly #most: Allowance;

  constructor(most: Allowance = forLayers) {
    this.#most = most;
  }

  async add(layer: Uint8Array, mediaType: string): Promise<void> {
    const most = this.#most;
    const tar = extract();
    const source = Readable.from([layer]);
    const unpacked = decompressor(mediaType);
    // What is unpacked counts, padding and headers included, so that a bomb is noticed wherever its bytes are.
    const counted = (unpacked ? source.pipe(unpacked) : source).map((chunk: Uint8Array) => {
      this.bytes += chunk.byteLength;
      if (this.bytes > most.bytes) throw most.tooLarge();
      return chunk;
    });
    for (const each of [source, unpacked, counted]) each?.on("error", (error) => tar.destroy(error));
    counted.pipe(tar);
    /** Of this layer: whiteouts concern only what is below. */
    const own = new Map<string, Uint8Array>();
    const below = new Map(this.files);
    try {
      for await (const entry of tar) {
        const { header } = entry;
        if (++this.#entries > most.files * ENTRIES_PER_FILE) throw most.tooLarge();
        const path = pathOf(header);
        const isFile = header.type === "file" || header.type === "contiguous-file";
        if (path !== undefined && isFile && !remove(below, path)) {
          const chunks: Buffer[] = [];
          for await (const chunk of entry) chunks.push(chunk as Buffer);
          own.set(path, Buffer.concat(chunks));
        } else {
          if (path !== undefined && !isFile) {
            const target = followed(path, header);
            const data = target === undefined ? undefined : (own.get(target) ?? below.get(target));
            if (target !== undefined && !data)
              throw new ImageError(
                [
                  `this link leads to ${target}, which is no file of the image`,
                  `该链接指向 ${target}，镜像中没有这个文件`,
                ],
                {
                  file: path,
                },
              );
            if (data) own.set(path, data);
          }
          entry.resume();
        }
        if (own.size > most.files) throw most.tooLarge();
      }
    } catch (cause) {
      throw cause instanceof ImageError ? cause : most.broken(cause as Error);
    } finally {
      source.destroy();
      unpacked?.destroy();
      counted.destroy();
    }
    this.files.clear();
    for (const [path, data] of below) if (!shadowed(path, own)) this.files.set(path, data);
    for (const [path, data] of own) this.files.set(path, data);
    if (this.files.size > most.files) throw most.tooLarge();
  }
}

/** Where the entry is in the image; undefined for its root. */
function pathOf({ name, type }: Header): string | undefined {
  // buildah and docker write `./` and `/` for the root itself.
  if (type === "directory" && /^\.?\/*$/.test(name)) return undefined;
  return imagePath(name);
}

/** Takes away what a whiteout names. False when the path is none. */
function remove(below: Map<string, Uint8Array>, path: string): boolean {
  const slash = path.lastIndexOf("/") + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  if (!name.startsWith(WHITEOUT)) return false;
  const gone = name === OPAQUE ? folder : `${folder}${name.slice(WHITEOUT.length)}`;
  for (const file of below.keys())
    if (name === OPAQUE ? file.startsWith(folder) : file === gone || file.startsWith(`${gone}/`))
      below.delete(file);
  return true;
}

/** A file below is gone when a later layer has a file in place of one of its folders, or a folder in its place. */
function shadowed(path: string, own: ReadonlyMap<string, unknown>): boolean {
  const steps = path.split("/");
  return steps.some((_, n) => n > 0 && own.has(steps.slice(0, n).join("/")));
}

/** The file that a link leads to, once only; undefined for a folder. */
function followed(path: string, { type, linkname }: Header): string | undefined {
  if (type === "directory") return undefined;
  if (type !== "link" && type !== "symlink")
    throw new ImageError(
      [`only files may be in an image, this is a ${type}`, `镜像中只能有文件，而这是 ${type}`],
      { file: path },
    );
  const target = linkname ?? "";
  // A hard link's target is a path in the layer; a symbolic one's begins where the link is.
  const steps = type === "symlink" && !target.startsWith("/") ? path.split("/").slice(0, -1) : [];
  for (const step of target.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined)
      throw new ImageError(["this link leaves the image", "该链接指向镜像之外"], { file: path });
  }
  if (type === "symlink" && target.startsWith("/"))
    throw new ImageError(["this link leaves the image", "该链接指向镜像之外"], { file: path });
  if (steps.length === 0 || target.includes("\0"))
    throw new ImageError(["this link leaves the image", "该链接指向镜像之外"], { file: path });
  return steps.join("/");
}

/** Whether a blob of this type holds files of the image; others (attestations, models) are not fetched. */
export function isLayerType(mediaType: string): boolean {
  return LAYER_TYPES.has(mediaType);
}

function decompressor(mediaType: string): Transform | undefined {
  switch (mediaType) {
    case mediaTypes.layer:
    case mediaTypes.dockerLayer:
      return undefined;
    case mediaTypes.layerGzip:
    case mediaTypes.dockerLayerGzip:
      return createGunzip();
    case mediaTypes.layerZstd:
      return createZstdDecompress();
    default:
      throw new ImageError([
        `the image has a layer of type ${mediaType}, which the Hub does not read`,
        `镜像包含类型为 ${mediaType} 的层，镜像中心无法读取`,
      ]);
  }
}

function tooLargeLayer(): ImageError {
  return new ImageError([
    `the image's layers are larger than ${inMiB(limits.layer)}`,
    `镜像各层合计大于 ${inMiB(limits.layer)}`,
  ]);
}

function inMiB(bytes: number): string {
  return `${bytes / 1024 ** 2} MiB`;
}
