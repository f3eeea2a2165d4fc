import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ImageError } from "./error.ts";
import { readImageApart } from "./read-apart.ts";
import { ContentStore, sha256 } from "./store.ts";

vi.mock("./read-apart.ts", { spy: true });

const image = (title: string) =>
  new Map([
    [
      "app.yaml",
      Buffer.from(
        `apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: {name: a}\nspec: {title: "${title}", version: 1.0.0}`,
      ),
    ],
  ]);

describe("the content store", () => {
  let root = "";
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hub-store-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("gives back what was put, by tag and digest", async () => {
    const store = new ContentStore(root);
    const { digest, size } = await store.put("labring/a:1", image("A"));
    expect(await store.resolve("labring/a:1")).toBe(digest);
    expect(await store.resolve("labring/a:2")).toBeUndefined();
    expect(await store.read(digest)).toMatchObject({ content: { title: "A" }, size });
    expect(await store.list()).toEqual([
      { reference: "labring/a:1", digest, size, createdAt: expect.any(String) },
    ]);
  });

  it("remembers why a digest is no image", async () => {
    const store = new ContentStore(root);
    const { digest } = await store.put("labring/a:1", image("A"));
    const failure = () => store.read(digest).catch((error: unknown) => error);
    vi.mocked(readImageApart).mockRejectedValueOnce(new ImageError(["broken", "损坏"]));
    expect(await failure()).toMatchObject({ message: "broken" });
    expect(await failure()).toMatchObject({ message: "broken" });
  });

  it("takes over another store's images and loses none by its digest", async () => {
    const mine = new ContentStore(join(root, "mine"));
    const shipped = new ContentStore(join(root, "shipped"));
    const own = await mine.put("acme/own:1", image("Own"));
    const old = await mine.put("labring/a:latest", image("A, the first"));
    const former = await shipped.put("labring/a:latest", image("A, the second"));
    const now = await shipped.put("labring/a:latest", image("A, the third"));
    expect(await mine.addFrom(shipped)).toBe(2);
    expect(await mine.addFrom(shipped)).toBe(0);
    expect(await mine.resolve("acme/own:1")).toBe(own.digest);
    expect(await mine.resolve("labring/a:latest")).toBe(now.digest);
    for (const { digest } of [old, former, now]) {
      expect(await mine.holds("labring/a", digest)).toBe(true);
      expect((await mine.read(digest)).content.title).toMatch(/^A, /);
    }
    const again = new ContentStore(join(root, "mine"));
    expect((await again.list()).map(({ reference }) => reference)).toEqual([
      "acme/own:1",
      "labring/a:latest",
    ]);
  });

  it("is an OCI image layout whose digests are those of its bytes", async () => {
    const { digest } = await new ContentStore(root).put("labring/a:1", image("A"));
    const json = async (path: string) => JSON.parse(await readFile(join(root, path), "utf8"));
    expect(await json("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
    const index = await json("index.json");
    expect(index.manifests[0]).toMatchObject({
      digest,
      annotations: { "org.opencontainers.image.ref.name": "labring/a:1" },
    });
    for (const blob of await readdir(join(root, "blobs", "sha256"))) {
      expect(sha256(await readFile(join(root, "blobs", "sha256", blob)))).toBe(`sha256:${blob}`);
    }
    const manifest = await json(`blobs/sha256/${digest.slice(7)}`);
    expect(manifest.annotations).toMatchObject({ "org.opencontainers.image.title": "A" });
    expect(manifest.layers[0].mediaType).toBe("application/vnd.oci.image.layer.v1.tar");
  });

  it("gives the same files the same digest in another store, whatever their order", async () => {
    const other = await mkdtemp(join(tmpdir(), "hub-store-"));
    const files = new Map([...image("A"), ["README.md", Buffer.from("x")] as const]);
    const reversed = new Map([...files].reverse());
    const [first, second] = await Promise.all([
      new ContentStore(root).put("labring/a:1", files),
      new ContentStore(other).put("labring/a:1", reversed),
    ]);
    await rm(other, { recursive: true });
    expect(second.digest).toBe(first.digest);
  });

  it("moves a tag to the new digest and still reads the old one", async () => {
    const store = new ContentStore(root);
    const { digest: before } = await store.put("labring/a:1", image("A"));
    const { digest: after } = await store.put("labring/a:1", image("B"));
    expect(await store.resolve("labring/a:1")).toBe(after);
    expect((await new ContentStore(root).read(before)).content.title).toBe("A");
  });

  it("knows in which repositories a digest was published, also once its tag has moved on", async () => {
    const store = new ContentStore(root);
    const { digest: before } = await store.put("labring/a:1", image("A"));
    const { digest: after } = await store.put("labring/a:1", image("B"));
    const { digest: other } = await store.put("other/a:1", image("C"));
    for (const title of ["A", "B"]) await store.put("labring/a:1", image(title));
    const holds = (digest: string) => new ContentStore(root).holds("labring/a", digest);
    expect(await Promise.all([before, after, other].map(holds))).toEqual([true, true, false]);
    expect(await store.holds("other/a", other)).toBe(true);
    expect((await store.list()).map(({ reference }) => reference)).toEqual(["labring/a:1", "other/a:1"]);
    const index = JSON.parse(await readFile(join(root, "index.json"), "utf8"));
    expect(index.manifests).toHaveLength(4);
  });

  it("refuses what was changed on disk", async () => {
    const { digest } = await new ContentStore(root).put("labring/a:1", image("A"));
    const blobs = join(root, "blobs", "sha256");
    for (const blob of await readdir(blobs)) {
      const data = await readFile(join(blobs, blob));
      data[10] = (data[10] ?? 0) ^ 1;
      await writeFile(join(blobs, blob), data);
      await expect(new ContentStore(root).read(digest)).rejects.toThrow("has the digest");
      data[10] = (data[10] ?? 0) ^ 1;
      await writeFile(join(blobs, blob), data);
    }
    expect((await new ContentStore(root).read(digest)).content.title).toBe("A");
  });

  it.each(["sha256:0", "../../etc/passwd", `sha256:${"0".repeat(64)}`])(
    "refuses the digest %s",
    async (digest) => {
      await expect(new ContentStore(root).read(digest)).rejects.toThrow(/not a sha256 digest|has no sha256/);
    },
  );

  it("loses no tag when several processes store at the same time", async () => {
    const script = `
      import { ContentStore } from ${JSON.stringify(join(import.meta.dirname, "store.ts"))};
      const [root, who] = process.argv.slice(1);
      const store = new ContentStore(root);
      const yaml = "apiVersion: app.sealos.io/v1\\nkind: Template\\nmetadata: {name: a}\\nspec: {title: A}";
      for (let n = 0; n < 10; n++) await store.put(\`labring/\${who}:\${n}\`, new Map([["app.yaml", Buffer.from(yaml)]]));
    `;
    const run = promisify(execFile);
    const start = (who: string) =>
      run(process.execPath, ["--input-type=module-typescript", "-e", script, root, who]);
    await Promise.all(["a", "b", "c"].map(start));
    expect(await new ContentStore(root).list()).toHaveLength(30);
    expect((await readdir(root)).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
  });
});
