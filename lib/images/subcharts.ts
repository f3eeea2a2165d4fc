import { ImageError } from "./error.ts";
import { unpackArchive } from "./layer.ts";
import { limits } from "./limits.ts";
import type { Files } from "./read.ts";

/** Helm takes what lies directly in a `charts/` and ends so for a packed subchart, unless its name begins like this. */
const PACKED = /^(chart\/(?:.+\/)?charts\/)([^/._][^/]*)\.tgz$/;

/**
 * The files of an image with the packed subcharts of its chart (`chart/charts/redis-1.2.3.tgz`) unpacked into folders of
 * the same name, subcharts of subcharts too: so that all of them can be looked into before Helm does.
 * @throws ImageError naming the archive: no packed chart, more than a chart may have, or paths and links that leave it
 */
export async function unpackSubcharts(files: Files): Promise<Files> {
  const all = new Map(files);
  const left = { bytes: limits.chartArchives, files: limits.files };
  for (;;) {
    const path = [...all.keys()].find((each) => PACKED.test(each));
    if (path === undefined) return all;
    const folder = path.replace(/\.tgz$/, "/");
    if ([...all.keys()].some((each) => each.startsWith(folder))) {
      throw new ImageError(
        [
          `this subchart is there twice, packed and as ${folder}: remove one`,
          `该子 Chart 出现了两次（压缩包和 ${folder}）：请去掉其中一个`,
        ],
        {
          file: path,
        },
      );
    }
    const { files: unpacked, bytes } = await unpackArchive(all.get(path) ?? new Uint8Array(), path, left);
    all.delete(path);
    left.bytes -= bytes;
    left.files -= unpacked.size;
    for (const [inner, data] of chartOf(unpacked, path)) all.set(folder + inner, data);
  }
}

/**
 * The files of a packed chart by their paths in it: an archive holds one folder, named like the chart.
 * @throws ImageError naming `file` when it holds anything else
 */
export function chartOf(archive: Files, file: string): Map<string, Uint8Array> {
  const paths = [...archive.keys()];
  const folder = paths.find((path) => /^[^/]+\/Chart\.yaml$/.test(path))?.replace(/[^/]+$/, "");
  if (folder === undefined || !paths.every((path) => path.startsWith(folder))) {
    throw new ImageError(
      [
        "this is no packed chart: it has to hold one folder with a Chart.yaml",
        "这不是打包的 Chart：其中应只有一个含 Chart.yaml 的文件夹",
      ],
      { file },
    );
  }
  return new Map([...archive].map(([path, data]) => [path.slice(folder.length), data]));
}
