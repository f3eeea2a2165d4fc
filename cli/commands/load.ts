import { defineCommand } from "../lib/definition.ts";
import { CommandError } from "../lib/errors.ts";
import { registryOptions } from "../registry/options.ts";

export const load = defineCommand({
  name: "load",
  summary: ["Push everything in a bundle to a registry", "将打包文件中的全部内容推送到镜像仓库"],
  description: [
    "Cluster images keep their names. Container images get their registry before it (HOST/docker.io/library/nginx), which is where a Hub with IMAGE_MIRRORS=*=HOST has its cluster look.",
    "集群镜像保留原名称。容器镜像名称前会加上原仓库（HOST/docker.io/library/nginx），设置了 IMAGE_MIRRORS=*=HOST 的 Hub 会让集群到那里获取。",
  ],
  arguments: { file: { value: "FILE.tar", help: ["What hub bundle wrote", "hub bundle 写出的文件"] } },
  options: {
    registry: {
      value: "HOST",
      required: true,
      help: ["Registry, perhaps with a path", "镜像仓库，可带路径"],
    },
    ...registryOptions,
  },
  examples: [
    {
      does: ["Beyond the gap", "在隔离网络中"],
      command: "hub load affine.tar --registry registry.internal:5000",
    },
  ],
  async run(context, { file, registry: host, plainHttp }) {
    const { out } = context;
    const { formatReference, pushImage, versionOf } = await import("../../lib/oci/index.ts");
    const { clientFor, openLayout } = await import("../registry/store.ts");
    const { placeOf } = await import("../registry/offline.ts");
    const { blobBars } = await import("../registry/progress.ts");
    const source = await openLayout(file, context.cwd);
    const loaded: { reference: string; digest: string; unchanged: boolean }[] = [];
    const homes = new Map<string, string>();
    for (const entry of await source.index()) {
      const place = placeOf(entry, host);
      if (!place) continue;
      const registry = clientFor(place.registry, context, { plainHttp });
      const { mediaType, digest, size } = entry;
      const { unchanged, blobs } = await pushImage(
        source,
        { mediaType, digest, size },
        { registry, repository: place.repository, reference: place.tag ?? versionOf(place) },
        // Blobs once each, also over the wire.
        { onProgress: blobBars(context), mountFrom: (blob) => homes.get(blob) },
      );
      for (const blob of blobs) homes.set(blob.digest, place.repository);
      const reference = formatReference(place);
      loaded.push({ reference, digest, unchanged });
      if (!out.json) out.note(`${reference}@${digest}`);
    }
    if (loaded.length === 0)
      throw new CommandError(["{file} names no image.", "{file} 中没有带名称的镜像。"], { params: { file } });
    out.result(loaded, () =>
      out.say(["{n} images are in {host}.", "{host} 中已有 {n} 个镜像。"], { n: loaded.length, host }),
    );
  },
});
