import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RegistryDouble, startDouble } from "../../tools/registry/index.ts";
import { parseMirrors } from "../install/mirrors.ts";
import { descriptorOf, encodeJson, Layout, mediaTypes, REF_NAME } from "../oci/index.ts";
import { hostPatterns, Registries } from "../sources/index.ts";
import { ContainerImages } from "./container-images.ts";

let double: RegistryDouble;
let folder: string;
beforeEach(async () => {
  double = await startDouble();
  folder = await mkdtemp(join(tmpdir(), "container-images-"));
});
afterEach(async () => {
  await double.close();
  await rm(folder, { recursive: true, force: true });
});

const blob = (seed: string, size: number) => ({
  mediaType: mediaTypes.layerGzip,
  digest: `sha256:${seed.repeat(64)}`,
  size,
});
const manifest = (layer: number) =>
  encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: blob("c", 10),
    layers: [blob("a", layer), blob("a", layer)],
  });

function serve(name: string, bytes: Buffer, mediaType: string = mediaTypes.manifest): string {
  const { digest } = descriptorOf(mediaType, bytes);
  for (const reference of [name.split(":")[1] ?? "latest", digest])
    double.manifests.set(`${name.split(":")[0]}/manifests/${reference}`, { mediaType, bytes });
  return digest;
}

const asker = (host?: string) => ({ organization: "acme", host, mirrored: true });
function images(given: { allowed?: string; ask?: string; mirrors?: string; patienceMs?: number } = {}) {
  const { allowed = "127.0.0.1", ask = "127.0.0.1", mirrors = "", patienceMs } = given;
  const asked: string[] = [];
  const registries = new Registries({
    allowed: hostPatterns(allowed),
    credentials: async (organization, host) => {
      asked.push(`${organization} ${host}`);
      return { username: "acme", password: "secret" };
    },
    limits: { attempts: 1 },
  });
  const options = {
    layout: new Layout(folder),
    registries,
    mirrors: parseMirrors(mirrors),
    allowed: hostPatterns(ask),
  };
  return { asked, all: new ContainerImages({ ...options, ...(patienceMs ? { patienceMs } : {}) }) };
}

test("says the digest and what a node gets, each layer once, and asks only once for some minutes", async () => {
  const digest = serve("team/web:1", manifest(500));
  const { all } = images();
  const reference = `${double.host}/team/web:1`;
  expect(await all.look([reference, reference], asker())).toEqual([
    { reference, digest, size: 510 },
    { reference, digest, size: 510 },
  ]);
  const before = double.asked.length;
  await all.look([reference], asker());
  expect(double.asked.length).toBe(before);
});

test("of an image for several platforms it names the whole and measures linux/amd64", async () => {
  const platforms = [
    ["unknown", "unknown", 1],
    ["linux", "arm64", 7],
    ["linux", "amd64", 500],
  ] as const;
  const manifests = platforms.map(([os, architecture, size]) => {
    const bytes = manifest(size);
    serve("team/web:x", bytes);
    return { ...descriptorOf(mediaTypes.manifest, bytes), platform: { os, architecture } };
  });
  const index = encodeJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  const digest = serve("team/web:many", index, mediaTypes.index);
  const reference = `${double.host}/team/web:many`;
  expect(await images().all.look([reference], asker())).toEqual([
    { reference, digest, size: 510, platform: "linux/amd64" },
  ]);
});

test("asks no registry that no administrator named, and sends credentials to the organization's own only", async () => {
  serve("team/web:1", manifest(1));
  const reference = `${double.host}/team/web:1`;
  const quiet = images({ ask: "" });
  expect(await quiet.all.look([reference, "nginx:1", "${{ inputs.image }}"], asker())).toEqual([
    { reference, unknown: "not-asked" },
    { reference: "nginx:1", unknown: "not-asked" },
    { reference: "${{ inputs.image }}", unknown: "undecided" },
  ]);
  expect(double.asked).toEqual([]);
  double.fault = ({ headers }, response) => {
    if (headers.authorization) return false;
    response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
    return true;
  };
  const open = images();
  expect(await open.all.look([reference], asker())).toEqual([{ reference, unknown: "credentials" }]);
  expect(open.asked).toEqual([]);
  expect(await quiet.all.look([reference], asker(double.host))).toMatchObject([{ reference, size: 11 }]);
  expect(new Set(quiet.asked)).toEqual(new Set([`acme ${double.host}`]));
});

test("what it is allowed to ask it still does not connect to inside, unless that is allowed as well", async () => {
  serve("team/web:1", manifest(1));
  const reference = `${double.host}/team/web:1`;
  expect(await images({ allowed: "" }).all.look([reference], asker())).toEqual([
    { reference, unknown: "unreachable" },
  ]);
  expect(double.asked).toEqual([]);
});

test("a mirror is asked instead, and a bundled image needs no registry", async () => {
  const digest = serve("hub/library/nginx:1", manifest(500));
  const { all } = images({ ask: "", mirrors: `docker.io=${double.host}/hub` });
  expect(await all.look(["nginx:1"], asker())).toEqual([
    { reference: "nginx:1", mirror: `${double.host}/hub/library/nginx:1`, digest, size: 510 },
  ]);
  const layout = new Layout(folder);
  const bytes = manifest(70);
  await layout.write(bytes);
  const entry = descriptorOf(mediaTypes.manifest, bytes);
  await layout.tag("docker.io/library/nginx:1", { ...entry, annotations: { [REF_NAME]: "" } });
  expect(await all.look(["nginx:1"], asker())).toEqual([
    { reference: "nginx:1", digest: entry.digest, size: 80 },
  ]);
});

test("who waits for a registry that says nothing gets the rest in time", async () => {
  const digest = serve("team/web:1", manifest(500));
  double.fault = ({ path }) => path.includes("silent");
  const { all } = images({ patienceMs: 300 });
  const [web, silent] = [`${double.host}/team/web:1`, `${double.host}/team/silent:1`];
  expect(await all.look([silent, web], asker())).toEqual([
    { reference: silent, unknown: "unreachable" },
    { reference: web, digest, size: 510 },
  ]);
});
