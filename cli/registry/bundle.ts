import { resolve } from "node:path";
import {
  type Descriptor,
  formatReference,
  type Layout,
  pullImage,
  REF_NAME,
  type Reference,
  versionOf,
  writeLayoutTar,
} from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { imagesOf, storeContainerImages } from "./offline.ts";
import { blobBars } from "./progress.ts";
import { clientFor, findImage, localStore, readReference } from "./store.ts";

interface BundleOptions {
  output: string;
  platform?: string;
  noImages: boolean;
  plainHttp: boolean;
}

/** Writes cluster images and what they need to a tar; what the local store lacks is pulled into it first. */
export async function bundleImages(context: Context, references: readonly string[], options: BundleOptions) {
  const layout = localStore(context);
  const entries = new Map<string, Descriptor>();
  for (const text of references) {
    const reference = readReference(text);
    const name = formatReference(reference);
    const descriptor =
      (await findImage(layout, reference)) ?? (await pulled(context, layout, reference, options));
    entries.set(name, { ...descriptor, annotations: { [REF_NAME]: name } });
    if (options.noImages) continue;
    const { images, undecided } = await imagesOf(layout, descriptor);
    for (const image of undecided)
      context.out.warn(
        [
          "{name} decides {image} only when it is installed, so it is not in the bundle; list it in images/shim/.",
          "{name} 在安装时才决定 {image}，因此未打包；请将其列入 images/shim/。",
        ],
        { name, image },
      );
    for (const { reference: image, entry } of await storeContainerImages(context, layout, images, options))
      entries.set(image, entry);
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const { blobs, bytes } = await writeLayoutTar(
    layout,
    sorted.map(([, entry]) => entry),
    resolve(context.cwd, options.output),
  );
  const images = sorted.map(([reference, { digest }]) => ({ reference, digest }));
  return { file: options.output, images, blobs, bytes };
}

async function pulled(
  context: Context,
  layout: Layout,
  reference: Reference,
  { plainHttp }: BundleOptions,
): Promise<Descriptor> {
  const registry = clientFor(reference.registry, context, { plainHttp });
  const from = { registry, repository: reference.repository, reference: versionOf(reference) };
  const { descriptor } = await pullImage(from, layout, { onProgress: blobBars(context) });
  await layout.tag(formatReference(reference), descriptor);
  return descriptor;
}
