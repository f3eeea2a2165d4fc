import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { mediaTypes } from "../oci/index.ts";
import { ImageError } from "./error.ts";
import { readLayers, unpackLayer } from "./layer.ts";

type Entry = Partial<Header> & { name: string; text?: string };

async function tar(...entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of archive) chunks.push(chunk as Buffer);
  })();
  for (const { text = "", ...header } of entries) archive.entry(header as Header, text);
  archive.finalize();
  await done;
  return Buffer.concat(chunks);
}

async function image(...layers: [Buffer, string?][]): Promise<Record<string, string>> {
  const descriptors = layers.map(([data, mediaType = mediaTypes.layer], n) => ({
    mediaType,
    digest: String(n),
    size: data.byteLength,
  }));
  const files = await readLayers(descriptors, async ({ digest }) => layers[Number(digest)]?.[0] as Buffer);
  return Object.fromEntries([...files].map(([path, data]) => [path, Buffer.from(data).toString()]));
}

describe("an image's layers", () => {
  it.each([
    ["plain", mediaTypes.layer, (data: Buffer) => data],
    ["gzip", mediaTypes.layerGzip, gzipSync],
    ["docker's gzip", mediaTypes.dockerLayerGzip, gzipSync],
    ["zstd", mediaTypes.layerZstd, zstdCompressSync],
  ])("are read when they are %s", async (_, mediaType, compress) => {
    const data = compress(await tar({ name: "./", type: "directory" }, { name: "./a/b", text: "x" }));
    expect(await image([data, mediaType])).toEqual({ "a/b": "x" });
  });

  it("lie one over the other, and whiteouts take away what is below", async () => {
    const below = await tar(
      { name: "a", text: "1" },
      { name: "b", text: "1" },
      { name: "dir/x", text: "1" },
      { name: "dir/y", text: "1" },
      { name: "gone/z", text: "1" },
      { name: "becomes-file/q", text: "1" },
    );
    const above = await tar(
      { name: "a", text: "2" },
      { name: ".wh.b" },
      { name: "dir/y", text: "2" },
      { name: "dir/.wh..wh..opq" },
      { name: ".wh.gone" },
      { name: "becomes-file", text: "2" },
    );
    expect(await image([below], [above])).toEqual({ a: "2", "dir/y": "2", "becomes-file": "2" });
  });

  it("may link to files inside, whichever layer they are in", async () => {
    const below = await tar({ name: "a/x", text: "1" });
    const links = await tar(
      { name: "a/soft", type: "symlink", linkname: "./x" },
      { name: "up/soft", type: "symlink", linkname: "../a/x" },
      { name: "hard", type: "link", linkname: "a/x" },
    );
    expect(await image([below], [links])).toEqual({ "a/x": "1", "a/soft": "1", "up/soft": "1", hard: "1" });
  });

  const wrong: [string, () => Promise<Buffer>, string, string?][] = [
    ["has ../", () => tar({ name: "../x" }), "../x: this path leaves the image"],
    ["has ../ further in", () => tar({ name: "a/../../x" }), "a/../../x: this path leaves the image"],
    ["has an absolute path", () => tar({ name: "/etc/passwd" }), "/etc/passwd: this path leaves the image"],
    [
      "links out",
      () => tar({ name: "a/x", type: "symlink", linkname: "../../etc" }),
      "a/x: this link leaves the image",
    ],
    [
      "links to the root",
      () => tar({ name: "x", type: "symlink", linkname: "/etc/passwd" }),
      "x: this link leaves",
    ],
    [
      "links out, hard",
      () => tar({ name: "x", type: "link", linkname: "../x" }),
      "x: this link leaves the image",
    ],
    [
      "links to nothing",
      () => tar({ name: "x", type: "symlink", linkname: "y" }),
      "x: this link leads to y, which is no",
    ],
    [
      "has a device",
      () => tar({ name: "null", type: "character-device" }),
      "null: only files may be in an image",
    ],
    [
      "has a pipe",
      () => tar({ name: "p", type: "fifo" }),
      "p: only files may be in an image, this is a fifo",
    ],
    ["is no tar", async () => Buffer.from("hello ".repeat(500)), "a layer cannot be unpacked"],
    [
      "is cut off",
      async () => (await tar({ name: "a", text: "x".repeat(2000) })).subarray(0, 1000),
      "cannot be unpacked",
    ],
    ["is no gzip", () => tar({ name: "a" }), "a layer cannot be unpacked", mediaTypes.layerGzip],
    ["has 100,000 files", async () => many("f", "0"), "more than 128 MiB or 2000 files"],
    ["has 100,000 folders", async () => many("d", "5"), "more than 128 MiB or 2000 files"],
    ["is a gzip bomb", async () => bomb(), "more than 128 MiB or 2000 files", mediaTypes.layerGzip],
    [
      "is of an unknown kind",
      () => tar({ name: "a" }),
      "which the Hub does not read",
      "application/x-unknown",
    ],
  ];
  it.each(wrong)("are refused when one %s", async (_, make, message, mediaType) => {
    const error = await unpackLayer(await make(), mediaType).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ImageError);
    expect((error as ImageError).message).toContain(message);
  });

  it("are refused before they are read when they are too large together", async () => {
    const read = async () => Buffer.alloc(0);
    const layer = { mediaType: mediaTypes.layer, digest: "x", size: 17 * 1024 ** 2 };
    await expect(readLayers([layer, layer], read)).rejects.toThrow("layers are larger than 32 MiB");
  });

  it("are limited together, not each alone", async () => {
    const half = zstdCompressSync(await tar({ name: "a", text: "x".repeat(70 * 1024 ** 2) }));
    await expect(image([half, mediaTypes.layerZstd], [half, mediaTypes.layerZstd])).rejects.toThrow(
      "128 MiB",
    );
  });
});

/** A tar header by hand: the archiver would take its time over 100,000. */
function header(name: string, type = "0", size = 0): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000644\u0000", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\u0000`, 124);
  block.write("        ", 148);
  block.write(type, 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

/** The same entry 100,000 times. */
const many = (name: string, type: string) => Buffer.alloc(100_000 * 512, header(name, type));

/** One file of 1 GiB of zeros in 1 MiB; gzip members may follow one another. */
function bomb(): Buffer {
  const zeros = gzipSync(Buffer.alloc(64 * 1024 ** 2));
  return Buffer.concat([gzipSync(header("bomb", "0", 1024 ** 3)), ...Array(16).fill(zeros)]);
}
