import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { descriptorOf, Layout, mediaTypes, TarLayout, writeLayoutTar } from "./index.ts";
import { storeImage } from "./testing/image.ts";

describe("an OCI image layout", () => {
  let root = "";
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hub-layout-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("keeps a stream that is what was promised, and nothing of one that is not", async () => {
    const layout = new Layout(root);
    const data = Buffer.from("some bytes");
    const descriptor = descriptorOf(mediaTypes.layer, data);
    for (const [wrong, why] of [
      ["some bytez", "has the digest"],
      ["some", "should have 10 bytes and has 4"],
      ["some bytes and more", "should have 10 bytes and has at least 19"],
    ] as const)
      await expect(layout.writeStream(descriptor, Readable.from([Buffer.from(wrong)]))).rejects.toThrow(why);
    expect(await readdir(join(root, "blobs", "sha256"))).toEqual([]);
    await layout.writeStream(descriptor, Readable.from([data.subarray(0, 3), data.subarray(3)]));
    expect(await layout.read(descriptor.digest)).toEqual(data);
    await expect(layout.read(descriptor.digest, { maxBytes: 9 })).rejects.toThrow("at most 9 are read here");
  });

  it("moves a name to another manifest", async () => {
    const layout = new Layout(root);
    const [first, second] = [await storeImage(layout, "one"), await storeImage(layout, "two")];
    await layout.tag("a:1", first);
    await layout.tag("b:1", first);
    await layout.tag("a:1", second);
    expect((await layout.resolve("a:1"))?.digest).toBe(second.digest);
    expect(await layout.index()).toHaveLength(2);
  });

  it("as a tar is the same bytes each time, and reads like the folder", async () => {
    const layout = new Layout(join(root, "folder"));
    await layout.tag("localhost:5000/a/b:1", await storeImage(layout, "one", "shared"));
    await layout.tag("localhost:5000/a/b:2", await storeImage(layout, "two", "shared"));
    const files = ["a.tar", "b.tar"].map((name) => join(root, name));
    for (const file of files) await writeLayoutTar(layout, await layout.index(), file);
    const [first, second] = await Promise.all(files.map((file) => readFile(file)));
    expect(first?.equals(second as Buffer)).toBe(true);
    const tar = await TarLayout.open(files[0] as string);
    expect(await tar.index()).toEqual(await layout.index());
    const blobs = await readdir(join(root, "folder", "blobs", "sha256"));
    expect(blobs).toHaveLength(7);
    for (const blob of blobs)
      expect(await tar.read(`sha256:${blob}`)).toEqual(await layout.read(`sha256:${blob}`));
  });

  it("is refused as a tar when it is something else, or was changed", async () => {
    const file = join(root, "x.tar");
    await writeFile(file, "no tar at all".repeat(100));
    await expect(TarLayout.open(file)).rejects.toThrow("is no OCI image layout");
    const layout = new Layout(join(root, "folder"));
    const image = await storeImage(layout, "the layer's own words");
    await writeLayoutTar(layout, [image], file);
    const bytes = await readFile(file);
    bytes[bytes.indexOf("the layer's own words")] = 0x54;
    await writeFile(file, bytes);
    const tar = await TarLayout.open(file);
    const digest = descriptorOf("", Buffer.from("the layer's own words")).digest;
    await expect(tar.read(digest)).rejects.toThrow("has the digest");
  });
});
