import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RegistryDouble, startDouble } from "../../tools/registry/double.ts";
import { ContentStore, ImageError, packLayer } from "../images/index.ts";
import type { Image, Repository } from "../model/resources.ts";
import { descriptorOf, encodeJson, mediaTypes, sha256 } from "../oci/index.ts";
import { BlobCache } from "./blob-cache.ts";
import { HubImages } from "./hub-images.ts";
import { Registries } from "./registries.ts";

let double: RegistryDouble;
let folder: string;
let images: HubImages;
let digest: string;

const repository = (org: string): Repository =>
  ({
    metadata: { name: `${org}.app` },
    spec: { organization: org, repository: "app", source: `${double.host}/${org}/app` },
  }) as Repository;

/** Puts an image of one file into the registry, as hidden/app, and returns its digest. */
async function publish(app: string): Promise<string> {
  const layer = await packLayer(new Map([["app.yaml", Buffer.from(app)]]));
  const config = Buffer.from("{}");
  const [layerIs, configIs] = [
    descriptorOf(mediaTypes.layer, layer),
    descriptorOf(mediaTypes.config, config),
  ];
  const manifest = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: configIs,
    layers: [layerIs],
  });
  const digest = sha256(manifest);
  double.blobs.set(layerIs.digest, layer);
  double.blobs.set(configIs.digest, config);
  double.manifests.set(`hidden/app/manifests/${digest}`, { mediaType: mediaTypes.manifest, bytes: manifest });
  return digest;
}

beforeEach(async () => {
  double = await startDouble();
  folder = await mkdtemp(join(tmpdir(), "hub-images-"));
  digest = await publish(
    "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: app }\nspec: { title: Hidden }\n",
  );
  const published = { spec: { repository: "hidden.app", tag: "1", digest } } as Image;
  const known = new Map(
    [repository("hidden"), repository("mallory")].map((each) => [each.metadata.name, each]),
  );
  images = new HubImages({
    store: new ContentStore(join(folder, "store")),
    registries: new Registries({ allowed: () => true }),
    cache: new BlobCache(join(folder, "cache"), 1024 ** 2),
    repository: (name) => known.get(name),
    images: () => [published],
  });
});
afterEach(async () => {
  await double.close();
  await rm(folder, { recursive: true, force: true });
});

test("a digest that another repository has is no image of this one, although its blobs are here", async () => {
  expect((await images.read(digest, "hidden/app")).content.title).toBe("Hidden");
  expect(await images.holds("hidden/app", digest)).toBe(true);
  expect(await images.holds("mallory/app", digest)).toBe(false);
  await expect(images.read(digest, "mallory/app")).rejects.toThrow(/mallory\/app/);
});

test("why a digest is no image is found out once", async () => {
  const broken = await publish("a: [");
  const failure = () => images.read(broken, "hidden/app").catch((error: unknown) => error);
  const first = await failure();
  expect(first).toBeInstanceOf(ImageError);
  expect(await failure()).toBe(first);
});
