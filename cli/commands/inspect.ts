import { defineCommand } from "../lib/definition.ts";
import { registryOptions } from "../registry/options.ts";

export const inspect = defineCommand({
  name: "inspect",
  summary: ["Show what an image is and holds", "显示镜像的信息和内容"],
  arguments: { reference: { value: "REFERENCE", help: ["host/name:tag", "主机/名称:标签"] } },
  options: {
    local: { help: ["Look in the local store instead of the registry", "查看本地存储而不是镜像仓库"] },
    from: {
      value: "PATH",
      help: ["Look in an OCI layout, a folder or tar", "查看 OCI layout（文件夹或 tar）"],
    },
    raw: { help: ["Print the manifest's bytes and nothing else", "只打印 manifest 原文"] },
    ...registryOptions,
  },
  examples: [
    {
      does: ["In the registry", "在镜像仓库中"],
      command: "hub inspect localhost:5000/labring/affine:latest",
    },
    {
      does: ["As it was built", "构建后的内容"],
      command: "hub inspect --local localhost:5000/labring/affine:latest",
    },
  ],
  async run(context, given) {
    const { inspectImage } = await import("../registry/inspect.ts");
    const seen = await inspectImage(context, given);
    if (given.raw) return void context.out.result(JSON.parse(seen.raw), () => seen.raw);
    const { raw: _, ...found } = seen;
    context.out.result(found, () => [
      `${found.reference}@${found.digest}`,
      `${found.mediaType}, ${found.size} B`,
      ...Object.entries(found.image ?? {}).map(([key, value]) => `${key}: ${[value].flat().join(", ")}`),
      ...Object.entries(found.annotations).map(([key, value]) => `${key}: ${value}`),
      ...found.layers.map(({ digest, size, mediaType }) => `${digest} ${size} B ${mediaType}`),
      ...found.referrers.map(({ digest, artifactType }) => `< ${digest} ${artifactType ?? ""}`),
    ]);
  },
});
