import { Readable } from "node:stream";
import { extract, pack } from "tar-stream";
import { ImageError } from "./error.ts";
import { limits } from "./limits.ts";
import { imagePath } from "./paths.ts";
import type { Files } from "./read.ts";

/** One tar layer with the files in the order of their paths, no owner and no times: same files, same bytes. */
export async function packLayer(files: Files): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const path of [...files.keys()].sort()) {
    const data = files.get(path) ?? new Uint8Array();
    const header = { name: path, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: "file" as const };
    tar.entry({ ...header, size: data.byteLength }, Buffer.from(data));
  }
  tar.finalize();
  await done;
  const layer = Buffer.concat(chunks);
  if (layer.byteLength > limits.layer) {
    throw new ImageError(`the image's layer is larger than ${limits.layer / 1024 ** 2} MiB`);
  }
  return layer;
}

/** The files of a layer. @throws ImageError for links, devices, paths that leave the image, and over the limits. */
export async function unpackLayer(layer: Uint8Array): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  const tar = extract();
  Readable.from([layer]).pipe(tar);
  for await (const entry of tar) {
    const { name, type, size = 0 } = entry.header;
    if (type === "directory") {
      entry.resume();
      continue;
    }
    if (type !== "file")
      throw new ImageError(`only files may be in an image, this is a ${type}`, { file: name });
    bytes += size;
    if (bytes > limits.unpacked || files.size >= limits.files) {
      throw new ImageError(
        `the image unpacks to more than ${limits.unpacked / 1024 ** 2} MiB or ${limits.files} files`,
      );
    }
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(imagePath(name), Buffer.concat(chunks));
  }
  return files;
}
