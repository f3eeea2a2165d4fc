import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RegistryDouble, startDouble } from "../../tools/registry/double.ts";
import { descriptorOf, encodeJson, type Manifest, mediaTypes, OciError, Registry, sha256 } from "./index.ts";

const layer = Buffer.from("a layer");
const blob = descriptorOf(mediaTypes.layer, layer);
const manifest = (more: Partial<Manifest> = {}) =>
  encodeJson({ schemaVersion: 2, mediaType: mediaTypes.manifest, config: blob, layers: [blob], ...more });

describe("a registry", () => {
  let double: RegistryDouble;
  const client = (more: Partial<ConstructorParameters<typeof Registry>[0]> = {}) =>
    new Registry({
      registry: double.host,
      ...more,
      limits: { timeoutMs: 2_000, retryAfterMs: 1_500, ...more.limits },
    });
  const reason = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OciError);
    return error as OciError;
  };
  beforeEach(async () => {
    double = await startDouble();
    double.blobs.set(blob.digest, layer);
    double.manifests.set("a/b/manifests/1", { mediaType: mediaTypes.manifest, bytes: manifest() });
  });
  afterEach(() => double.close());

  it("gives manifests and blobs, and says when nothing changed", async () => {
    const registry = client();
    const found = await registry.manifest("a/b", "1");
    expect(found.descriptor).toEqual(descriptorOf(mediaTypes.manifest, manifest()));
    expect(await registry.manifest("a/b", "1", { etag: found.etag })).toEqual({
      notModified: true,
      etag: found.etag,
    });
    expect(await registry.head("a/b", "1")).toEqual(found.descriptor);
    expect(await registry.head("a/b", "2")).toBeUndefined();
    expect(await registry.blob("a/b", blob, { maxBytes: 100 })).toEqual(layer);
    expect(await registry.tags("a/b")).toEqual(["1"]);
  });

  it.each<[string, string, (response: import("node:http").ServerResponse) => void]>([
    [
      "answers HTML",
      "not-a-registry",
      (r) => r.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    ],
    [
      "says 404 in HTML",
      "not-a-registry",
      (r) => r.writeHead(404, { "content-type": "text/html" }).end("<html>"),
    ],
    ["answers no JSON", "invalid-manifest", (r) => r.writeHead(200).end("hello")],
    ["has no such image", "not-found", (r) => r.writeHead(404).end("{}")],
    ["forbids it", "denied", (r) => r.writeHead(403).end("{}")],
    [
      "lies about the digest",
      "digest-mismatch",
      (r) => r.writeHead(200, { "docker-content-digest": `sha256:${"0".repeat(64)}` }).end(manifest()),
    ],
    [
      "has a list of images",
      "manifest-list",
      (r) =>
        r.writeHead(200).end(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] })),
    ],
    ["has an image of schema 1", "unsupported", (r) => r.writeHead(200).end('{"schemaVersion":1}')],
    ["goes on without end", "too-large", (r) => r.writeHead(200).end(Buffer.alloc(5 * 1024 * 1024))],
    [
      "compresses a bomb",
      "too-large",
      (r) => r.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
    ],
    [
      "breaks off",
      "unreachable",
      (r) => void r.writeHead(200, { "content-length": "100" }).write("{", () => r.destroy()),
    ],
    ["wants an hour of rest", "rate-limited", (r) => r.writeHead(429, { "retry-after": "3600" }).end()],
  ])("that %s is named so (%s)", async (_, code, answer) => {
    double.fault = (_asked, response) => {
      answer(response);
      return true;
    };
    const work = client().manifest("a/b", "1");
    const error = await reason(
      work.then(async ({ bytes }) => (await import("./manifest.ts")).parseManifest(bytes, "a/b:1")),
    );
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/(127\.0\.0\.1|a\/b).*\.$/);
  });

  it("that hangs is given up, before an answer and within one", async () => {
    double.fault = () => true;
    expect((await reason(client({ limits: { timeoutMs: 50 } }).manifest("a/b", "1"))).code).toBe("timeout");
    double.fault = (_, response) => response.writeHead(200).write("{");
    expect((await reason(client({ limits: { timeoutMs: 50 } }).manifest("a/b", "1"))).code).toBe("timeout");
  });

  it("that drips its answer, never silent for long, is given up when the whole has taken too long", async () => {
    const drips: NodeJS.Timeout[] = [];
    double.fault = (_, response) => {
      response.writeHead(200).write("{");
      drips.push(setInterval(() => response.write(" "), 10));
      return true;
    };
    const limits = { timeoutMs: 5_000, wholeMs: 200, attempts: 1 };
    const error = await reason(client({ limits }).manifest("a/b", "1"));
    for (const drip of drips) clearInterval(drip);
    expect([error.code, error.message]).toEqual([
      "timeout",
      expect.stringMatching(/took too long to answer/),
    ]);
  });

  it("that asks for a moment is asked again after it", async () => {
    let times = 0;
    double.fault = (_, response) => {
      if (times++ > 0) return false;
      response.writeHead(429, { "retry-after": "1" }).end();
      return true;
    };
    expect((await client().manifest("a/b", "1")).notModified).toBe(false);
    expect(times).toBe(2);
  });

  it.each([
    ["another digest", Buffer.from("b layer"), "digest-mismatch"],
    ["another size", Buffer.from("a layer, longer"), "size-mismatch"],
  ])("that sends a blob of %s is not believed", async (_, data, code) => {
    double.blobs.set(blob.digest, data);
    expect((await reason(client().blob("a/b", blob, { maxBytes: 100 }))).code).toBe(code);
  });

  it("is not asked for a blob that is too large already by its descriptor", async () => {
    expect((await reason(client().blob("a/b", blob, { maxBytes: 3 }))).code).toBe("too-large");
    expect(double.asked).toEqual([]);
  });

  it("that redirects to another host sends no credentials there", async () => {
    const other = await startDouble();
    other.blobs.set(blob.digest, layer);
    double.fault = ({ headers, path }, response) => {
      if (!headers.authorization) response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      else response.writeHead(307, { location: `http://${other.host}${path}` }).end();
      return true;
    };
    const registry = client({ credentials: async () => ({ username: "a", password: "b" }) });
    expect(await registry.blob("a/b", blob, { maxBytes: 100 })).toEqual(layer);
    expect(double.asked.at(-1)?.headers.authorization).toBe("Basic YTpi");
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await other.close();
  });

  it("that redirects in a circle is left", async () => {
    double.fault = ({ path }, response) => !!response.writeHead(307, { location: path }).end();
    expect((await reason(client().manifest("a/b", "1"))).code).toBe("not-a-registry");
    expect(double.asked).toHaveLength(6);
  });

  it("without TLS on another machine is spoken to only when asked to", async () => {
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request) => {
      asked.push(new URL(url as URL).protocol);
      return new Response("{}", { status: 404 });
    };
    for (const plainHttp of [undefined, true])
      await reason(
        new Registry({ registry: "example.org", fetch, ...(plainHttp ? { plainHttp } : {}) }).manifest(
          "a/b",
          "1",
        ),
      );
    expect(asked).toEqual(["https:", "http:"]);
  });

  it("resumes an upload where it broke off", async () => {
    const data = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 251));
    const descriptor = descriptorOf(mediaTypes.layer, data);
    let patches = 0;
    double.fault = ({ method }, response) => {
      if (method !== "PATCH" || ++patches !== 4) return false;
      response.destroy();
      return true;
    };
    const starts: number[] = [];
    const open = (start: number) => {
      starts.push(start);
      return (async function* () {
        yield data.subarray(start);
      })();
    };
    await client({ limits: { chunkBytes: 100 } }).pushBlob("a/b", { descriptor, open });
    expect(double.blobs.get(descriptor.digest)?.equals(data)).toBe(true);
    expect(starts).toEqual([0, 300]);
  });

  it("mounts a blob that another repository has", async () => {
    expect(await client().mount("c/d", blob, "a/b")).toBe(true);
    expect(await client().mount("c/d", { ...blob, digest: sha256(Buffer.from("x")) }, "a/b")).toBe(false);
  });

  it("older than 1.1 keeps what refers to an image under a tag", async () => {
    const registry = client();
    const { descriptor: subject } = await registry.manifest("a/b", "1");
    for (const artifactType of ["application/x", "application/y", "application/x"]) {
      const bytes = manifest({ subject, artifactType });
      await registry.pushManifest("a/b", sha256(bytes), bytes);
    }
    const found = await registry.referrers("a/b", subject.digest);
    expect(found.map(({ artifactType }) => artifactType)).toEqual(["application/x", "application/y"]);
    expect(await registry.referrers("a/b", blob.digest)).toEqual([]);
  });

  it("reads every page of tags, once, and only its own", async () => {
    const pages: Record<string, string> = { "": "b", b: "c", c: "b" };
    double.fault = ({ path }, response) => {
      const last = new URL(path, "http://x").searchParams.get("last") ?? "";
      const next = pages[last] ?? "";
      const link = `<http://${double.host}/v2/a/b/tags/list?last=${next}>; rel="next"`;
      response.writeHead(200, { link }).end(JSON.stringify({ tags: [`${next}-1`] }));
      return true;
    };
    expect(await client().tags("a/b")).toEqual(["b-1", "c-1"]);
  });

  it("that has one more page of no tags each time is left", async () => {
    let pages = 0;
    double.fault = (_, response) => {
      const link = `<http://${double.host}/v2/a/b/tags/list?last=${++pages}>; rel="next"`;
      response.writeHead(200, { link }).end('{"tags":[]}');
      return true;
    };
    expect((await reason(client().tags("a/b"))).code).toBe("too-large");
    expect(pages).toBeLessThan(600);
  });
});
