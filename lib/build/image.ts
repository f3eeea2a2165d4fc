import {
  ImageError,
  type ImageSettings,
  imageAnnotations,
  packLayer,
  readImage,
  unpackSubcharts,
} from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import { type Descriptor, descriptorOf, type Layout, type Manifest, mediaTypes } from "../oci/index.ts";
import type { BuildContext } from "./context.ts";
import type { Stage } from "./evaluate.ts";

/** What describes an image and belongs into it, whether or not a COPY names it. */
const DESCRIBING =
  /^(app\.ya?ml|readme([._-][a-z]{2}([-_][a-z]+)?)?\.md|(icon|logo)\.(svg|png|webp)|(actions|\.sealos-actions)\/.+)$/i;

export interface BuiltImage {
  descriptor: Descriptor;
  content: ImageContent;
  /** Bytes of all blobs. */
  size: number;
}

/** Adds what describes the image, and the Kubefile, where the stage has none of it. */
export function complete(stage: Stage, context: BuildContext, kubefile: string): void {
  const has = (path: string) => stage.files.has(path) || stage.base?.files.has(path) === true;
  for (const [path, data] of context.files)
    if (DESCRIBING.test(path) && !has(path)) stage.files.set(path, data);
  if (!stage.files.has("Kubefile")) stage.files.set("Kubefile", Buffer.from(kubefile));
}

/** All files of the image that a stage comes to. */
export function filesOf({ base, files }: Stage): Map<string, Uint8Array> {
  return new Map([...(base?.files ?? []), ...files]);
}

/**
 * Writes the image into a layout, without a name. The same stage gives the same digest, on any machine.
 * @param created of `SOURCE_DATE_EPOCH`; the image says nothing of its time unless given
 * @throws ImageError when the files are no cluster image.
 */
export async function writeImage(layout: Layout, stage: Stage, created?: Date): Promise<BuiltImage> {
  const content = readImage(await unpackSubcharts(filesOf(stage)), settingsOf(stage));
  const layer = await packLayer(stage.files, stage.executable);
  const own = descriptorOf(mediaTypes.layer, layer);
  const time: Record<string, string> = created
    ? { "org.opencontainers.image.created": created.toISOString() }
    : {};
  const annotations = sorted({ ...standard(stage.labels), ...imageAnnotations(content), ...time });
  const { base } = stage;
  const settings: ImageSettings = {
    ...settingsOf(stage),
    Labels: sorted({ ...Object.fromEntries(stage.labels), ...annotations }),
  };
  const config = await layout.writeJson(mediaTypes.config, {
    ...(created ? { created: created.toISOString() } : {}),
    architecture: "unknown",
    os: "unknown",
    config: settings,
    rootfs: { type: "layers", diff_ids: [...(base?.diffIds ?? []), own.digest] },
  });
  await layout.write(layer);
  const layers = [...(base?.manifest.layers ?? []), own];
  for (const { digest } of layers)
    if (!(await layout.has(digest)))
      throw new ImageError([
        `the layer ${digest} of the image built upon is missing`,
        `基础镜像的层 ${digest} 不存在`,
      ]);
  const descriptor = await layout.writeJson(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers,
    annotations,
  } satisfies Manifest);
  const size = [descriptor, config, ...layers].reduce((sum, each) => sum + each.size, 0);
  return { descriptor, content, size };
}

/** What the stage says of running the image. */
export function settingsOf(stage: Stage): ImageSettings {
  return {
    ...(stage.env.size > 0 ? { Env: [...stage.env].map(([name, value]) => `${name}=${value}`) } : {}),
    ...(stage.entrypoint ? { Entrypoint: stage.entrypoint } : {}),
    ...(stage.cmd ? { Cmd: stage.cmd } : {}),
    ...(stage.workdir === "/" ? {} : { WorkingDir: stage.workdir }),
  };
}

/** Labels that are annotations of the specification as well. */
function standard(labels: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...labels].filter(([name]) => name.startsWith("org.opencontainers.image.")));
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
