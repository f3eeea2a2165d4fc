import { descriptorOf, sha256 } from "../digest.ts";
import type { Layout } from "../layout.ts";
import { type Descriptor, type Manifest, mediaTypes } from "../types.ts";

/** An image whose layers are these words; tests about transport look into none. */
export async function storeImage(layout: Layout, ...layers: string[]): Promise<Descriptor> {
  const blobs = layers.map((text) => Buffer.from(text));
  for (const blob of blobs) await layout.write(blob);
  const config = await layout.writeJson(mediaTypes.config, {
    architecture: "unknown",
    os: "unknown",
    words: layers.map((text) => sha256(Buffer.from(text))),
  });
  return layout.writeJson(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: blobs.map((blob) => descriptorOf(mediaTypes.layer, blob)),
  } satisfies Manifest);
}
