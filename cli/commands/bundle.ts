import { defineCommand } from "../lib/definition.ts";
import { registryOptions } from "../registry/options.ts";

export const bundle = defineCommand({
  name: "bundle",
  summary: ["Put an app and all that it needs into one file", "将应用及其所需的一切打包成一个文件"],
  description: [
    "The cluster images, from the local store or their registry, and every container image that their manifests and images/shim/ lists name, each blob once. hub load brings the file into a registry beyond an air gap.",
    "包括集群镜像（取自本地存储或镜像仓库）及其清单和 images/shim/ 列表中的所有容器镜像，每份数据只存一次。hub load 可将文件导入隔离网络中的镜像仓库。",
  ],
  arguments: {
    references: {
      value: "REFERENCE",
      variadic: true,
      help: ["Cluster images, host/name:tag", "集群镜像，主机/名称:标签"],
    },
  },
  options: {
    output: { short: "o", value: "FILE.tar", required: true, help: ["File to write", "要写出的文件"] },
    platform: {
      value: "OS/ARCH",
      help: ["Of container images for several platforms, only this one", "对于多平台容器镜像，只取该平台"],
    },
    noImages: { help: ["Leave the container images out", "不包含容器镜像"] },
    ...registryOptions,
  },
  examples: [
    {
      does: ["For machines of one kind", "只用于一种平台"],
      command: "hub bundle localhost:5000/labring/affine:latest -o affine.tar --platform linux/amd64",
    },
  ],
  async run(context, { references, output, platform, noImages, plainHttp }) {
    const { bundleImages } = await import("../registry/bundle.ts");
    const { humanBytes } = await import("../registry/progress.ts");
    const result = await bundleImages(context, references, {
      output,
      noImages,
      plainHttp,
      ...(platform ? { platform } : {}),
    });
    context.out.result(result, () => `${output}: ${result.images.length}, ${humanBytes(result.bytes)}`);
  },
});
