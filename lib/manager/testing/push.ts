import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import type { Files } from "../../images/index.ts";
import { type Credentials, descriptorOf, encodeJson, mediaTypes, Registry } from "../../oci/index.ts";

/** Pushes files as a cluster image to a registry that speaks plain HTTP, and returns its digest. */
export async function push(
  host: string,
  name: string,
  tag: string,
  files: Files,
  credentials?: Credentials,
): Promise<string> {
  const tar = pack();
  for (const [path, data] of files) tar.entry({ name: path }, Buffer.from(data));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  const layer = gzipSync(Buffer.concat(chunks));
  const config = encodeJson({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } });
  const registry = new Registry({ registry: host, credentials: async () => credentials });
  for (const [type, data] of [
    [mediaTypes.config, config],
    [mediaTypes.layerGzip, layer],
  ] as const)
    await registry.pushBlob(name, {
      descriptor: descriptorOf(type, data),
      open: (start) => Readable.from([data.subarray(start)]),
    });
  const manifest = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(mediaTypes.config, config),
    layers: [descriptorOf(mediaTypes.layerGzip, layer)],
  });
  return (await registry.pushManifest(name, tag, manifest)).digest;
}
