import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ContentStore, packLayer } from "../../lib/images/index.ts";
import { Layout, sha256 } from "../../lib/oci/index.ts";
import { storeImage } from "../../lib/oci/testing/image.ts";
import { registryMissing, run, startRegistry, type TestRegistry } from "../../tools/registry/index.ts";
import { hub as command } from "../testing/hub.ts";

const missing = registryMissing();
if (missing) process.stderr.write(`${missing}\n`);

describe.skipIf(missing !== undefined)("hub build", () => {
  let dir = "";
  let registry: TestRegistry;
  let env: Record<string, string>;
  const hub = (...args: string[]) => command(args, { cwd: dir, env });
  const folder = (path: string, ...rest: string[]) => join(dir, path, ...rest);
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(async () => registry?.stop());
  beforeEach(async () => {
    const previous = dir;
    dir = await mkdtemp(join(tmpdir(), "hub-build-"));
    if (previous) await rm(previous, { recursive: true });
    env = { HUB_STORE: join(dir, "store"), HOME: dir, DOCKER_CONFIG: join(dir, "docker") };
    expect(await hub("init", "hello")).toMatchObject({ code: 0 });
  });

  it("from a new folder to a registry that skopeo reads", async () => {
    expect(await hub("lint", "hello")).toMatchObject({ code: 0, stdout: "" });
    const reference = `${registry.host}/me/hello:1`;
    const built = await hub("build", "-t", reference, "hello", "--json");
    expect(built).toMatchObject({ code: 0 });
    const { digest } = built.json<{ digest: string }>();
    expect(await hub("push", reference)).toMatchObject({ code: 0, stdout: `${reference}@${digest}\n` });
    const raw = run("skopeo", ["inspect", "--raw", "--tls-verify=false", `docker://${reference}`]);
    expect(sha256(Buffer.from(raw))).toBe(digest);
    expect(JSON.parse(raw).annotations).toMatchObject({ "org.opencontainers.image.title": "Hello" });
    const { content } = await new ContentStore(join(dir, "store")).read(digest);
    expect(content).toMatchObject({
      name: "hello",
      licence: "Apache-2.0",
      containerImages: ["nginx:1.29-alpine"],
    });
    expect(Object.keys(content.readmes).sort()).toEqual(["en", "zh"]);
  });

  it("the same folder gives the same digest, wherever and whenever it was copied", async () => {
    await mkdir(folder("elsewhere"));
    await cp(folder("hello"), folder("elsewhere", "other"), { recursive: true });
    await utimes(folder("elsewhere", "other", "app.yaml"), 1, 1);
    const digests = await Promise.all(
      ["hello", "elsewhere/other"].map(
        async (path) => (await hub("build", path, "--json")).json<{ digest: string }>().digest,
      ),
    );
    expect(digests[0]).toBe(digests[1]);
    const timed = await command(["build", "hello", "--json"], {
      cwd: dir,
      env: { ...env, SOURCE_DATE_EPOCH: "86400" },
    });
    const { digest } = timed.json<{ digest: string }>();
    expect(digest).not.toBe(digests[0]);
    const raw = await new Layout(join(dir, "store")).read(digest);
    expect(JSON.parse(String(raw)).annotations["org.opencontainers.image.created"]).toBe(
      "1970-01-02T00:00:00.000Z",
    );
  });

  it("builds upon another image, from the store or a registry, and keeps its layers", async () => {
    const base = `${registry.host}/me/base:1`;
    await hub("build", "-t", base, "hello");
    await hub("push", base);
    await mkdir(folder("more"));
    await writeFile(folder("more", "Kubefile"), `ARG BASE\nFROM $BASE\nCOPY more.yaml manifests/\nENV A=1\n`);
    await writeFile(folder("more", "more.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n");
    const elsewhere = { cwd: dir, env: { ...env, HUB_STORE: join(dir, "empty") } };
    const args = [
      "build",
      "-t",
      `${registry.host}/me/more:1`,
      "more",
      "--build-arg",
      `BASE=${base}`,
      "--json",
    ];
    const here = await hub(...args);
    expect(here).toMatchObject({ code: 0 });
    const there = await command(args, elsewhere);
    const { digest } = here.json<{ digest: string }>();
    expect(there.json()).toMatchObject({ digest });
    const { content } = await new ContentStore(join(dir, "store")).read(digest);
    expect(content.title).toBe("Hello");
    expect(content.manifests.map(({ path }) => path)).toEqual(["manifests/app.yaml", "manifests/more.yaml"]);
  });

  it("writes a layout as folder and tar, with the container images when asked", async () => {
    const containers = new Layout(join(dir, "containers"));
    const descriptor = await storeImage(containers, "x");
    await containers.tag("latest", descriptor);
    const image = `${registry.host}/library/web:1`;
    expect(await hub("push", image, "--from", "containers")).toMatchObject({ code: 0 });
    const manifest = folder("hello", "manifests", "app.yaml");
    await writeFile(
      manifest,
      (await readFile(manifest, "utf8")).replace(/image: nginx\S+/, `image: ${image}`),
    );
    for (const output of ["out.tar", "out"]) {
      const built = await hub(
        "build",
        "-t",
        "example.com/me/hello:1",
        "hello",
        "-o",
        output,
        "--with-images",
        "--json",
      );
      expect(built).toMatchObject({ code: 0 });
      expect(built.json()).toMatchObject({ images: [{ reference: image, digest: descriptor.digest }] });
      const transport = output.endsWith(".tar") ? "oci-archive" : "oci";
      const raw = run("skopeo", [
        "inspect",
        "--raw",
        `${transport}:${folder(output)}:example.com/me/hello:1`,
      ]);
      expect(sha256(Buffer.from(raw))).toBe(built.json<{ digest: string }>().digest);
    }
  });

  it("what is wrong is named with file and line, all of it, and nothing is stored", async () => {
    const kubefile = folder("hello", "Kubefile");
    await writeFile(kubefile, `${await readFile(kubefile, "utf8")}RUN make\nCOPY nothing .\n`);
    await writeFile(folder("hello", "manifests", "bad.yaml"), "a: [\n");
    const built = await hub("build", "-t", "example.com/me/hello:1", "hello");
    expect(built).toMatchObject({ code: 1, stdout: "" });
    expect(built.stderr).toMatch(/^hub: Kubefile:5: RUN is not carried out/);
    expect(await new Layout(join(dir, "store")).index()).toEqual([]);
    const linted = await hub("lint", "hello", "--json");
    expect(linted.code).toBe(1);
    const found = linted.json<{ file: string; line: number }[]>();
    expect(found.map(({ file }) => file)).toEqual(["Kubefile", "Kubefile", "manifests/bad.yaml"]);
    expect(found.slice(0, 2).map(({ line }) => line)).toEqual([5, 6]);
    const chinese = await command(["lint", "hello"], { cwd: dir, env: { ...env, LC_ALL: "zh_CN.UTF-8" } });
    expect(chinese.stdout).toMatch(/^manifests\/bad\.yaml:\d+: 这不是有效的 YAML/m);
    expect(await hub("build", "nowhere")).toMatchObject({ code: 3 });
    const inside = await hub("build", "hello", "-o", "hello/out");
    expect(inside).toMatchObject({ code: 2, stdout: "" });
    expect(inside.stderr).toContain(".dockerignore");
  });

  it("an image's words give the terminal no orders", async () => {
    const app = folder("hello", "app.yaml");
    await writeFile(app, (await readFile(app, "utf8")).replaceAll('"Hello"', '"Hel\\u001b[2Jlo"'));
    const built = await hub("build", "hello");
    expect(built.code).toBe(0);
    expect(built.stdout).toContain("Hel\ufffd[2Jlo");
    expect(built.stdout + built.stderr).not.toContain("\u001b");
  });

  it("init and import touch nothing that is there", async () => {
    const again = await hub("init", "hello");
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain("nothing was written");
  });

  it("a packed chart becomes a folder that builds, and an image may carry packed subcharts", async () => {
    const packed = async (files: Record<string, string | Uint8Array>) =>
      gzipSync(
        await packLayer(new Map(Object.entries(files).map(([path, data]) => [path, Buffer.from(data)]))),
      );
    const leaf = await packed({ "leaf/Chart.yaml": "apiVersion: v2\nname: leaf\nversion: 1.0.0\n" });
    const dependencies = "dependencies: [{ name: leaf, version: 1.0.0 }]\n";
    const chart = {
      "shop/Chart.yaml": `apiVersion: v2\nname: shop\nversion: 1.2.3\n${dependencies}`,
      "shop/values.yaml": "replicaCount: 1\n",
      "shop/README.md": "# A shop\n",
    };
    await writeFile(folder("bare.tgz"), await packed(chart));
    const bare = await hub("import", "helm", "bare.tgz");
    expect(bare).toMatchObject({ code: 1, stdout: "" });
    expect(bare.stderr).toContain("run helm dependency build");
    await writeFile(folder("shop.tgz"), await packed({ ...chart, "shop/charts/leaf-1.0.0.tgz": leaf }));
    expect(await hub("import", "helm", "shop.tgz")).toMatchObject({ code: 0, stderr: "" });
    expect(await hub("lint", "shop")).toMatchObject({ code: 0, stdout: "" });
    const contentOf = async (reference: string) => {
      const built = await hub("build", "-t", reference, "shop", "--json");
      expect(built).toMatchObject({ code: 0 });
      const { digest } = built.json<{ digest: string }>();
      return (await new ContentStore(join(dir, "store")).read(digest)).content;
    };
    const content = await contentOf("example.com/me/shop:1");
    expect(content).toMatchObject({ title: "Shop", version: "1.2.3", readmes: { en: "# A shop\n" } });
    expect(content.inputs).toMatchObject([{ name: "replicaCount", type: "number", default: "1" }]);
    await rm(folder("shop", "chart", "charts"), { recursive: true });
    await mkdir(folder("shop", "chart", "charts"));
    await writeFile(folder("shop", "chart", "charts", "leaf-1.0.0.tgz"), leaf);
    expect((await contentOf("example.com/me/shop:2")).chart).toEqual(content.chart);
    const again = await hub("import", "helm", "shop.tgz", "shop");
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(await hub("import", "helm", "nowhere.tgz")).toMatchObject({ code: 3 });
  });

  it("with --watch builds and pushes again at each save, past mistakes, until it is interrupted", async () => {
    const reference = `${registry.host}/me/watched:dev`;
    const interrupt = new AbortController();
    const app = folder("hello", "app.yaml");
    const text = await readFile(app, "utf8");
    let [out, error] = ["", ""];
    let broken = false;
    let mended = false;
    // A save may be noticed in two halves: what counts is what has been said, not how often.
    const next = () => {
      if (!broken && error.includes("Waiting for changes")) {
        broken = true;
        void writeFile(app, "kind: [");
      } else if (!mended && error.includes("app.yaml")) {
        mended = true;
        void writeFile(app, text.replace('title: "Hello"', "title: Second"));
      }
      // The digest once more: it is pushed.
      if (out.split("Second 0.1.0")[1]?.includes(`${reference}@sha256:`)) interrupt.abort();
    };
    const ended = command(["build", "-t", reference, "hello", "--watch", "--push"], {
      cwd: dir,
      env,
      interrupt: interrupt.signal,
      onStdout: (said) => {
        out += said;
        next();
      },
      onStderr: (said) => {
        error += said;
        next();
      },
    });
    const { stdout, stderr } = await ended;
    expect(stderr).toContain("app.yaml");
    expect(stdout).toContain("Hello 0.1.0");
    expect(stdout).toContain("Second 0.1.0");
    const raw = run("skopeo", ["inspect", "--raw", "--tls-verify=false", `docker://${reference}`]);
    expect(JSON.parse(raw).annotations["org.opencontainers.image.title"]).toBe("Second");
  });
});
