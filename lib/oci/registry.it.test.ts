import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  PUBLISHER,
  registryMissing,
  run,
  startRegistry,
  type TestRegistry,
} from "../../tools/registry/index.ts";
import {
  Layout,
  mediaTypes,
  type OciError,
  pullImage,
  pushImage,
  Registry,
  RemoteSource,
  sha256,
} from "./index.ts";
import { storeImage } from "./testing/image.ts";

const missing = registryMissing();
if (missing) process.stderr.write(`${missing}\n`);

describe.skipIf(missing !== undefined)("against Debian's registry", () => {
  let dir = "";
  let layout: Layout;
  const registries: Partial<Record<"plain" | "basic" | "token", TestRegistry>> = {};
  const host = (kind: "plain" | "basic" | "token") => registries[kind]?.host ?? "";
  const own = { credentials: async () => PUBLISHER };
  const client = (kind: "plain" | "basic" | "token", more: object = own) =>
    new Registry({ registry: host(kind), ...more });
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "hub-oci-"));
    layout = new Layout(join(dir, "layout"));
    registries.plain = await startRegistry();
    registries.basic = await startRegistry({ auth: "basic" });
    registries.token = await startRegistry({ auth: "token" });
  });
  afterAll(async () => {
    for (const registry of Object.values(registries)) await registry.stop();
    await rm(dir, { recursive: true });
  });

  it.each(["plain", "basic", "token"] as const)("an image goes there and comes back (%s)", async (kind) => {
    const descriptor = await storeImage(layout, kind, "shared by all");
    const registry = client(kind);
    const pushed = await pushImage(layout, descriptor, { registry, repository: "a/b", reference: "1" });
    expect(pushed.blobs.map(({ outcome }) => outcome)).toEqual(Array(3).fill("transferred"));
    const other = new Layout(join(dir, `pulled-${kind}`));
    const pulled = await pullImage({ registry: client(kind), repository: "a/b", reference: "1" }, other);
    expect(pulled.descriptor).toEqual(descriptor);
    for (const { digest } of pulled.blobs)
      expect(await other.read(digest)).toEqual(await layout.read(digest));
    const damaged = pulled.blobs[0]?.digest ?? "";
    await writeFile(other.path(damaged), "damaged");
    const again = await pullImage({ registry, repository: "a/b", reference: "1" }, other);
    const fetched = again.blobs.filter(({ outcome }) => outcome === "transferred");
    expect(fetched.map(({ digest }) => digest)).toEqual([damaged]);
    expect(await other.read(damaged)).toEqual(await layout.read(damaged));
    expect(await registry.tags("a/b")).toEqual(["1"]);
  });

  it.each(["basic", "token"] as const)(
    "credentials that are missing or wrong are told apart (%s)",
    async (kind) => {
      const reason = (credentials?: typeof PUBLISHER) =>
        new Registry({ registry: host(kind), credentials: async () => credentials })
          .manifest("a/b", "1")
          .catch((error: OciError) => `${error.code}: ${error.message}`);
      expect(await reason()).toMatch(/^unauthorized: .* asks who you are .*hub registry login 127/);
      expect(await reason({ ...PUBLISHER, password: "wrong" })).toMatch(
        /^unauthorized: .* does not accept your cred/,
      );
    },
  );

  it("an unchanged push is one HEAD, and a changed one sends only what is new", async () => {
    const seen: string[] = [];
    const counting: typeof fetch = (url, init) => {
      seen.push(`${init?.method} ${new URL(url as URL).pathname.split("/").slice(-2)[0]}`);
      return fetch(url, init);
    };
    const registry = client("plain", { fetch: counting });
    const to = { registry, repository: "a/unchanged", reference: "1" };
    const first = await storeImage(layout, "base", "one");
    expect((await pushImage(layout, first, to)).unchanged).toBe(false);
    seen.length = 0;
    expect(await pushImage(layout, first, to)).toMatchObject({ unchanged: true, blobs: [] });
    expect(seen).toEqual(["HEAD manifests"]);
    const { blobs } = await pushImage(layout, await storeImage(layout, "base", "two"), to);
    expect(blobs.map(({ outcome }) => outcome)).toEqual(["transferred", "present", "transferred"]);
  });

  it("a blob that another repository has is mounted", async () => {
    const descriptor = await storeImage(layout, "to be mounted");
    const registry = client("token");
    await pushImage(layout, descriptor, { registry, repository: "a/from", reference: "1" });
    const to = { registry, repository: "a/mounted", reference: "1" };
    const { blobs } = await pushImage(layout, descriptor, to, { mountFrom: () => "a/from" });
    expect(blobs.map(({ outcome }) => outcome)).toEqual(["mounted", "mounted"]);
    expect((await registry.head("a/mounted", "1"))?.digest).toBe(descriptor.digest);
  });

  it("a large blob goes in chunks", async () => {
    const descriptor = await storeImage(layout, "x".repeat(1_000_000));
    const registry = client("plain", { limits: { chunkBytes: 300_000 } });
    await pushImage(layout, descriptor, { registry, repository: "a/large", reference: "1" });
    // Its access log comes through a pipe.
    await expect
      .poll(() => registries.plain?.log.filter((line) => /PATCH \/v2\/a\/large/.test(line)).length)
      .toBeGreaterThanOrEqual(4);
    const back = new Layout(join(dir, "large"));
    await pullImage({ registry, repository: "a/large", reference: "1" }, back);
    expect((await back.read(sha256(Buffer.from("x".repeat(1_000_000))))).byteLength).toBe(1_000_000);
  });

  it("what refers to an image goes with it, also from one registry to another", async () => {
    const subject = await storeImage(layout, "signed");
    const config = await layout.writeJson(mediaTypes.empty, {});
    const artifactType = "application/vnd.example.note";
    const note = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType,
      config,
      layers: [config],
      subject,
    };
    const referrer = await layout.writeJson(mediaTypes.manifest, note);
    await layout.keep(referrer);
    const plain = client("plain");
    await pushImage(layout, subject, { registry: plain, repository: "a/signed", reference: "1" });
    const source = new RemoteSource(plain, "a/signed");
    const basic = client("basic");
    await pushImage(source, subject, { registry: basic, repository: "b/signed", reference: "1" });
    expect(await basic.referrers("b/signed", subject.digest)).toMatchObject([
      { digest: referrer.digest, artifactType },
    ]);
  });

  it("skopeo reads what we pushed, and we read what skopeo pushed", async () => {
    const descriptor = await storeImage(layout, "for skopeo");
    await layout.tag("ours", descriptor);
    await pushImage(layout, descriptor, { registry: client("basic"), repository: "a/ours", reference: "1" });
    const login = `${PUBLISHER.username}:${PUBLISHER.password}`;
    const seen = run("skopeo", [
      "inspect",
      "--raw",
      "--tls-verify=false",
      `--creds=${login}`,
      `docker://${host("basic")}/a/ours:1`,
    ]);
    expect(sha256(Buffer.from(seen))).toBe(descriptor.digest);
    const to = `docker://${host("basic")}/a/theirs:1`;
    const args = ["--dest-tls-verify=false", `--dest-creds=${login}`, "--preserve-digests"];
    run("skopeo", ["--insecure-policy", "copy", ...args, `oci:${layout.root}:ours`, to]);
    expect((await client("basic").manifest("a/theirs", "1")).descriptor.digest).toBe(descriptor.digest);
  });
});
