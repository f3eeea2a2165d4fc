import { defineCommand } from "../lib/definition.ts";
import { CommandError } from "../lib/errors.ts";
import { registryOptions } from "../registry/options.ts";

export const push = defineCommand({
  name: "push",
  summary: ["Push a built image to its registry", "将构建好的镜像推送到镜像仓库"],
  description: [
    "Blobs that the registry has are not sent again; pushing an unchanged image is one question. What refers to the image (signatures) goes with it.",
    "镜像仓库中已有的数据不会重复发送；镜像没有变化时只需查询一次。引用该镜像的内容（签名）会一并推送。",
  ],
  arguments: { reference: { value: "REFERENCE", help: ["host/name:tag", "主机/名称:标签"] } },
  options: {
    from: {
      value: "PATH",
      help: [
        "OCI layout, as a folder or tar, that has the image; else the local store, where hub build and hub pull put images",
        "包含该镜像的 OCI layout（文件夹或 tar）；默认取自 hub build 和 hub pull 所用的本地存储",
      ],
    },
    ...registryOptions,
  },
  examples: [
    {
      does: ["What was just built", "推送刚构建的镜像"],
      command: "hub push localhost:5000/labring/pgsql-provider:latest",
    },
    {
      does: ["What buildah wrote", "推送 buildah 写出的镜像"],
      command: "hub push ghcr.io/labring/affine:1.0 --from affine.tar",
    },
  ],
  async run(context, { reference: text, from, plainHttp }) {
    const { out } = context;
    const { formatReference, pushImage, versionOf } = await import("../../lib/oci/index.ts");
    const { clientFor, findImage, localStore, openLayout, readReference } = await import(
      "../registry/store.ts"
    );
    const { blobBars } = await import("../registry/progress.ts");
    const { mountable } = await import("../registry/mountable.ts");
    const reference = readReference(text);
    const source = from ? await openLayout(from, context.cwd) : localStore(context);
    const descriptor = await findImage(source, reference, { onlyOne: from !== undefined });
    if (!descriptor)
      throw new CommandError(
        [
          "{place} has no image {reference}. Build it with hub build -t {reference}, or name what buildah or docker wrote with --from.",
          "{place} 中没有镜像 {reference}。请用 hub build -t {reference} 构建，或用 --from 指定 buildah 或 docker 写出的镜像。",
        ],
        { params: { reference: text, place: from ?? localStore(context).root }, exit: "not-found" },
      );
    const registry = clientFor(reference.registry, context, { plainHttp });
    const { repository } = reference;
    const pushed = await pushImage(
      source,
      descriptor,
      { registry, repository, reference: versionOf(reference) },
      { onProgress: blobBars(context), mountFrom: await mountable(source, reference) },
    );
    const name = formatReference(reference);
    out.result({ reference: name, ...pushed }, () =>
      pushed.unchanged
        ? out.say(["{name} was there already: {digest}", "{name} 没有变化：{digest}"], {
            name,
            digest: pushed.digest,
          })
        : `${name}@${pushed.digest}`,
    );
  },
});
