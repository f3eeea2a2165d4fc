import {
  ImageError,
  limits,
  readImage,
  readLayers,
  settingsOf,
  unpackSubcharts,
} from "../../lib/images/index.ts";
import {
  type BlobSource,
  type Descriptor,
  formatReference,
  isIndexType,
  type Manifest,
  parseIndex,
  parseManifest,
  type Reference,
  type Registry,
  versionOf,
} from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError, explain } from "../lib/errors.ts";
import type { Language } from "../lib/text.ts";
import { clientFor, findImage, localStore, openLayout, readReference } from "./store.ts";

interface Where {
  reference: string;
  local: boolean;
  from: string | undefined;
  plainHttp: boolean;
}

interface Found {
  bytes: Buffer;
  descriptor: Descriptor;
  layer(descriptor: Descriptor): Promise<Buffer>;
  referrers: Descriptor[];
}

/** What an image says of itself, and, when it is a cluster image, what the Hub would read in it. */
export async function inspectImage(context: Context, { reference: text, local, from, plainHttp }: Where) {
  const reference = readReference(text);
  const found =
    from || local
      ? await inLayout(from ? await openLayout(from, context.cwd) : localStore(context), reference, text)
      : await inRegistry(clientFor(reference.registry, context, { plainHttp }), reference);
  const { bytes, descriptor, referrers } = found;
  const index = isIndexType(descriptor.mediaType) ? parseIndex(bytes, text) : undefined;
  const manifest = index ? undefined : parseManifest(bytes, text);
  const layers = index?.manifests ?? manifest?.layers ?? [];
  return {
    reference: formatReference(reference),
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    size: [...layers, ...(manifest ? [manifest.config] : [])].reduce(
      (sum, { size }) => sum + size,
      bytes.byteLength,
    ),
    annotations: (manifest ?? index)?.annotations ?? {},
    layers,
    referrers,
    ...(manifest ? await clusterImage(manifest, found, context.language) : {}),
    raw: bytes.toString("utf8"),
  };
}

/** A cluster image's own words; nothing for an image that is none. */
async function clusterImage(manifest: Manifest, { layer }: Found, language: Language) {
  if (manifest.layers.reduce((sum, { size }) => sum + size, 0) > limits.layer) return {};
  try {
    const settings = settingsOf(await layer(manifest.config));
    const files = await readLayers(manifest.layers, layer);
    const content = readImage(await unpackSubcharts(files), settings);
    const { title, version, mode, description, inputs, actions, permissions, warnings } = content;
    const names = { inputs: inputs.map(({ name }) => name), actions: actions.map(({ name }) => name) };
    return {
      image: {
        title,
        version,
        mode,
        description,
        ...names,
        permissions,
        containerImages: content.containerImages,
        ...(content.command
          ? { runs: content.command.foreign ? "in a container" : "natively", command: content.command.lines }
          : {}),
        warnings,
      },
    };
  } catch (error) {
    if (error instanceof ImageError) return { image: { problem: explain(error, language).message } };
    throw error;
  }
}

async function inRegistry(registry: Registry, reference: Reference): Promise<Found> {
  const { repository } = reference;
  const { bytes, descriptor } = await registry.manifest(repository, versionOf(reference));
  return {
    bytes,
    descriptor,
    layer: (each) => registry.blob(repository, each, { maxBytes: limits.layer }),
    referrers: await registry.referrers(repository, descriptor.digest),
  };
}

async function inLayout(source: BlobSource, reference: Reference, text: string): Promise<Found> {
  const descriptor = await findImage(source, reference, { onlyOne: true });
  if (!descriptor)
    throw new CommandError(["There is no image {text} there.", "那里没有镜像 {text}。"], {
      params: { text },
      exit: "not-found",
    });
  const bytes = await source.read(descriptor.digest);
  return { bytes, descriptor, layer: ({ digest }) => source.read(digest), referrers: [] };
}
