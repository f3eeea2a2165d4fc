import type { SourceFile } from "../model/image.ts";
import { readAction } from "./actions.ts";
import { ImageError } from "./error.ts";
import type { Files } from "./read.ts";
import { scanManifests } from "./scan.ts";

/** What is wrong with each manifest and each action by itself, where reading the whole image stops at the first. */
export function checkParts(files: Files): ImageError[] {
  const errors: ImageError[] = [];
  for (const [path, data] of files) {
    const check = /^manifests\/.+\.(ya?ml|json)$/i.test(path)
      ? (source: SourceFile) => void scanManifests([source])
      : /^(actions|\.sealos-actions)\/.+\.ya?ml$/i.test(path)
        ? (source: SourceFile) => void readAction(source, [])
        : undefined;
    try {
      check?.({ path, text: new TextDecoder("utf-8", { fatal: true }).decode(data), line: 1 });
    } catch (error) {
      // Text that is not UTF-8 is named when the image is read.
      if (error instanceof ImageError) errors.push(error);
      else if (!(error instanceof TypeError)) throw error;
    }
  }
  return errors;
}
