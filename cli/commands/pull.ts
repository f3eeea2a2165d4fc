import { defineCommand } from "../lib/definition.ts";
import { registryOptions } from "../registry/options.ts";

export const pull = defineCommand({
  name: "pull",
  summary: ["Pull an image into the local store", "将镜像拉取到本地存储"],
  description: [
    "Everything is checked against its digest and size. With -o it is written as an OCI layout in a tar as well.",
    "所有内容都会按摘要和大小校验。使用 -o 还会写出为 tar 格式的 OCI layout。",
  ],
  arguments: { reference: { value: "REFERENCE", help: ["host/name:tag", "主机/名称:标签"] } },
  options: {
    output: { short: "o", value: "FILE.tar", help: ["Write a tar too", "同时写出 tar 文件"] },
    platform: {
      value: "OS/ARCH",
      help: ["Of an image for several platforms, only this one", "对于多平台镜像，只取该平台"],
    },
    ...registryOptions,
  },
  examples: [
    { does: ["To build upon", "用作构建基础"], command: "hub pull localhost:5000/labring/affine:latest" },
    {
      does: ["As a file", "保存为文件"],
      command: "hub pull localhost:5000/labring/affine:latest -o affine.tar",
    },
  ],
  async run(context, { reference: text, output, platform, plainHttp }) {
    const { formatReference, pullImage, versionOf, REF_NAME, writeLayoutTar } = await import(
      "../../lib/oci/index.ts"
    );
    const { clientFor, localStore, readReference } = await import("../registry/store.ts");
    const { blobBars } = await import("../registry/progress.ts");
    const { resolve } = await import("node:path");
    const reference = readReference(text);
    const layout = localStore(context);
    const registry = clientFor(reference.registry, context, { plainHttp });
    const name = formatReference(reference);
    const { descriptor, blobs, referrers } = await pullImage(
      { registry, repository: reference.repository, reference: versionOf(reference) },
      layout,
      { onProgress: blobBars(context), ...(platform ? { platform } : {}) },
    );
    await layout.tag(name, descriptor);
    if (output) {
      const entry = { ...descriptor, annotations: { ...descriptor.annotations, [REF_NAME]: name } };
      const refers = (await layout.index()).filter(({ digest }) => referrers.includes(digest));
      await writeLayoutTar(layout, [entry, ...refers], resolve(context.cwd, output));
    }
    const result = {
      reference: name,
      digest: descriptor.digest,
      blobs,
      referrers,
      ...(output ? { file: output } : {}),
    };
    context.out.result(result, () => `${name}@${descriptor.digest}`);
  },
});
