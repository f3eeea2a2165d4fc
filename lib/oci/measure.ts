import { OciError } from "./errors.ts";
import type { BlobSource } from "./layout.ts";
import { parseIndex, parseManifest } from "./manifest.ts";
import { MANIFEST_BYTES } from "./reachable.ts";
import { type Descriptor, isIndexType } from "./types.ts";

export interface Measured {
  /** What the name stands for: the index of an image for several platforms. */
  digest: string;
  /** Bytes that a node gets: config and layers as they are stored, each once. */
  size: number;
  /** `linux/amd64`: which of several the size is of. */
  platform?: string;
}

const USUAL = { os: "linux", architecture: "amd64" };

/** Size of an image; of one for several platforms, that for linux/amd64 or else the first. @throws OciError */
export async function measure(source: Pick<BlobSource, "read">, descriptor: Descriptor): Promise<Measured> {
  const { digest } = descriptor;
  const read = (each: string) => source.read(each, { maxBytes: MANIFEST_BYTES });
  let image = descriptor;
  if (isIndexType(descriptor.mediaType)) {
    // Attestations stand beside the images, as the platform "unknown".
    const images = parseIndex(await read(digest), digest).manifests.filter(
      ({ platform }) => platform?.os !== "unknown",
    );
    const usual = images.find(
      ({ platform }) => platform?.os === USUAL.os && platform.architecture === USUAL.architecture,
    );
    const found = usual ?? images[0];
    if (!found) throw new OciError("invalid-manifest", `${digest} is a list without an image.`);
    image = found;
  }
  const { config, layers } = parseManifest(await read(image.digest), image.digest);
  const sizes = new Map([config, ...layers].map((each) => [each.digest, each.size]));
  const size = [...sizes.values()].reduce((sum, each) => sum + each, 0);
  const { platform } = image;
  return { digest, size, ...(platform ? { platform: `${platform.os}/${platform.architecture}` } : {}) };
}
