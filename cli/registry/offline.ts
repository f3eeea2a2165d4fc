import { containerImages } from "../../lib/images/container-images.ts";
import { readLayers, settingsOf, unpackSubcharts } from "../../lib/images/index.ts";
import { mirrorPath } from "../../lib/install/mirrors.ts";
import {
  type BlobSource,
  type Descriptor,
  formatReference,
  type Layout,
  parseManifest,
  pullImage,
  REF_NAME,
  type Reference,
  versionOf,
} from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { blobBars } from "./progress.ts";
import { clientFor, readReference } from "./store.ts";

/** On index entries, so that loading knows what is pushed to where mirrors look. */
const KIND = "io.sealos.hub.kind";
const CONTAINER_IMAGE = "container-image";

export interface StoredContainerImage {
  reference: string;
  digest: string;
  entry: Descriptor;
}

interface OfflineOptions {
  /** `linux/amd64`; all platforms unless given. A reference with a digest is that digest, whatever is said here. */
  platform?: string;
  plainHttp?: boolean;
}

/** The container images of a cluster image that lies in a layout. */
export async function imagesOf(source: BlobSource, descriptor: Descriptor) {
  const manifest = parseManifest(await source.read(descriptor.digest), descriptor.digest);
  const settings = settingsOf(await source.read(manifest.config.digest));
  const files = await readLayers(manifest.layers, ({ digest }) => source.read(digest));
  return containerImages(await unpackSubcharts(files), settings);
}

/**
 * Brings container images into the store, under their full references and by their digests. Those that a digest names
 * and that are there already are not asked for again.
 */
export async function storeContainerImages(
  context: Context,
  layout: Layout,
  references: readonly string[],
  options: OfflineOptions = {},
): Promise<StoredContainerImage[]> {
  const stored: StoredContainerImage[] = [];
  for (const text of references) {
    const reference = readReference(text);
    const name = formatReference(reference);
    const present = reference.digest ? await layout.resolve(name) : undefined;
    const descriptor = present ?? (await pull(context, layout, reference, options));
    const { mediaType, digest, size } = descriptor;
    const entry = { mediaType, digest, size, annotations: { [KIND]: CONTAINER_IMAGE, [REF_NAME]: name } };
    await layout.tag(name, entry);
    stored.push({ reference: name, digest, entry });
  }
  return stored;
}

async function pull(
  context: Context,
  layout: Layout,
  reference: Reference,
  { platform, plainHttp }: OfflineOptions,
): Promise<Descriptor> {
  context.out.note(["Getting {image}", "获取 {image}"], { image: formatReference(reference) });
  const registry = clientFor(reference.registry, context, plainHttp ? { plainHttp } : {});
  const from = { registry, repository: reference.repository, reference: versionOf(reference) };
  const { descriptor } = await pullImage(from, layout, {
    referrers: false,
    onProgress: blobBars(context),
    ...(platform && !reference.digest ? { platform } : {}),
  });
  return descriptor;
}

/**
 * Where a bundled image goes on the other side of the gap: cluster images keep their names, container images have their
 * registry before them, which is where a cluster with `IMAGE_MIRRORS=*=<host>` looks.
 */
export function placeOf(entry: Descriptor, host: string): Reference | undefined {
  const name = entry.annotations?.[REF_NAME];
  if (!name) return undefined;
  const { registry, repository, tag, digest } = readReference(name);
  const path =
    entry.annotations?.[KIND] === CONTAINER_IMAGE ? `${mirrorPath(registry)}/${repository}` : repository;
  const { registry: place, repository: whole } = readReference(`${host}/${path}`);
  return { registry: place, repository: whole, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}
