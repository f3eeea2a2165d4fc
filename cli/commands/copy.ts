import { defineCommand } from "../lib/definition.ts";
import { registryOptions } from "../registry/options.ts";

export const copy = defineCommand({
  name: "copy",
  summary: ["Copy an image from one registry to another", "在镜像仓库之间复制镜像"],
  description: [
    "The digest stays the same. What refers to the image, and cosign's signatures beside it, are copied as well. Within one registry nothing is sent.",
    "摘要保持不变。引用该镜像的内容以及 cosign 签名会一并复制。同一仓库内复制不传输数据。",
  ],
  arguments: {
    from: { value: "FROM", help: ["Image to copy", "要复制的镜像"] },
    to: { value: "TO", help: ["Where it goes", "目标"] },
  },
  options: { ...registryOptions },
  examples: [
    {
      does: ["To a registry of one's own", "复制到自己的镜像仓库"],
      command: "hub copy ghcr.io/labring/affine:latest localhost:5000/labring/affine:latest",
    },
  ],
  async run(context, { from, to, plainHttp }) {
    const { formatReference, pushImage, RemoteSource, signatureTag, versionOf } = await import(
      "../../lib/oci/index.ts"
    );
    const { clientFor, readReference } = await import("../registry/store.ts");
    const { blobBars } = await import("../registry/progress.ts");
    const [origin, target] = [readReference(from), readReference(to)];
    const source = new RemoteSource(clientFor(origin.registry, context, { plainHttp }), origin.repository);
    const registry = clientFor(target.registry, context, { plainHttp });
    const { repository } = target;
    const options = {
      onProgress: blobBars(context),
      ...(origin.registry === target.registry ? { mountFrom: () => origin.repository } : {}),
    };
    const { descriptor } = await source.registry.manifest(origin.repository, versionOf(origin));
    const signatures: string[] = [];
    for (const suffix of ["sig", "att", "sbom"]) {
      const tag = signatureTag(descriptor.digest).replace(/sig$/, suffix);
      const found = await source.registry.head(origin.repository, tag);
      if (!found) continue;
      await pushImage(source, found, { registry, repository, reference: tag }, { ...options, referrers: [] });
      signatures.push(tag);
    }
    const pushed = await pushImage(
      source,
      descriptor,
      { registry, repository, reference: versionOf(target) },
      options,
    );
    const name = formatReference(target);
    context.out.result({ reference: name, ...pushed, signatures }, () => `${name}@${pushed.digest}`);
  },
});
