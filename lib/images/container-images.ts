import { isOciError, parseReference } from "../oci/index.ts";
import { ImageError } from "./error.ts";
import { type Files, readImage } from "./read.ts";
import type { ImageSettings } from "./settings.ts";

export interface ContainerImages {
  /** References as they are written, each once, sorted. */
  images: string[];
  /** What no registry can be asked for: an expression decides it only at install. */
  undecided: string[];
}

const SHIM_LIST = /^images\/shim\/[^/]+$/;

/**
 * The container images that an image's manifests name, and those of its lists below `images/shim/` (one reference a
 * line, as Sealos' cluster images have them; `#` begins a comment).
 * @throws ImageError for a line that is no reference.
 */
export function containerImages(files: Files, settings?: ImageSettings): ContainerImages {
  const images = new Set<string>();
  const undecided = new Set<string>();
  for (const image of readImage(files, settings).containerImages) {
    if (image.includes("${{") || !isReference(image)) undecided.add(image);
    else images.add(image);
  }
  for (const [path, data] of files) {
    if (!SHIM_LIST.test(path)) continue;
    for (const [index, whole] of new TextDecoder().decode(data).split("\n").entries()) {
      const line = whole.replace(/(^|\s)#.*$/, "").trim();
      if (line === "") continue;
      if (!isReference(line))
        throw new ImageError(
          [
            `"${line}" is not an image; write one reference a line`,
            `“${line}”不是镜像；请每行写一个镜像引用`,
          ],
          {
            file: path,
            line: index + 1,
          },
        );
      images.add(line);
    }
  }
  return { images: [...images].sort(), undecided: [...undecided].sort() };
}

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch (error) {
    if (isOciError(error)) return false;
    throw error;
  }
}
