import { defineCommand } from "../lib/definition.ts";
import { CommandError } from "../lib/errors.ts";
import type { Text } from "../lib/text.ts";
import { registryOptions } from "../registry/options.ts";

const REFERENCE = { value: "REFERENCE", help: ["host/name:tag", "主机/名称:标签"] as Text } as const;
const LAYOUT = {
  value: "FOLDER",
  help: [
    "Where the image is, when in no registry: an OCI layout, such as a Hub's content store",
    "镜像不在镜像仓库时的所在位置：OCI 布局目录，例如 Hub 的内容存储",
  ] as Text,
} as const;

export const sign = defineCommand({
  name: "sign",
  summary: ["Sign an image in its registry", "为镜像仓库中的镜像签名"],
  description: [
    "The signature lies beside the image, in the form of cosign's key signatures. The key is a PEM file (openssl) or one of cosign's, whose password is COSIGN_PASSWORD or asked for. No transparency log is written to.",
    "签名与镜像存放在一起，采用 cosign 密钥签名格式。密钥为 PEM 文件（openssl）或 cosign 密钥，密码取自 COSIGN_PASSWORD 或当场询问。不写入透明日志。",
  ],
  arguments: { reference: REFERENCE },
  options: {
    key: { value: "FILE", required: true, help: ["The private key", "私钥"] },
    layout: LAYOUT,
    ...registryOptions,
  },
  examples: [
    { does: ["After pushing", "推送之后"], command: "hub sign --key cosign.key ghcr.io/acme/shop:1.0" },
  ],
  async run(context, { reference, key, ...where }) {
    const { signImage } = await import("../../lib/oci/index.ts");
    const { findSignable } = await import("../registry/signable.ts");
    const { readPrivateKey } = await import("../registry/keys.ts");
    const { place, digest: image, name } = await findSignable(context, reference, where);
    const { added, digest } = await signImage(place, image, await readPrivateKey(context, key));
    context.out.result({ reference: name, signatures: digest, added }, () =>
      context.out.say(
        added
          ? ["{name} is signed.", "{name} 已签名。"]
          : ["{name} was signed with this key already.", "{name} 已用该密钥签名。"],
        {
          name,
        },
      ),
    );
  },
});

export const verify = defineCommand({
  name: "verify",
  summary: ["Check that an image was signed with a key", "检查镜像是否由密钥签名"],
  description: [
    "Exits with 1 when it was not. Signatures of cosign count as well.",
    "若未签名则退出码为 1。cosign 的签名同样有效。",
  ],
  arguments: { reference: REFERENCE },
  options: {
    key: {
      value: "FILE",
      required: true,
      multiple: true,
      help: ["A public key; given several times, any of them", "公钥；可多次指定，任一匹配即可"],
    },
    layout: LAYOUT,
    ...registryOptions,
  },
  examples: [
    { does: ["Before running", "运行之前"], command: "hub verify --key cosign.pub ghcr.io/acme/shop:1.0" },
  ],
  async run(context, { reference, key, ...where }) {
    const { findSigner, publicKeyOf } = await import("../../lib/oci/index.ts");
    const { findSignable } = await import("../registry/signable.ts");
    const { readPublicKey } = await import("../registry/keys.ts");
    const keys = await Promise.all(key.map((path) => readPublicKey(context, path)));
    const { place, digest, name } = await findSignable(context, reference, where);
    const { signatures, signer } = await findSigner(place, digest, keys);
    if (!signer)
      throw new CommandError(
        signatures === 0
          ? [
              "{name} is not signed. Ask its publisher, or sign it: hub sign",
              "{name} 没有签名。请联系发布者，或运行 hub sign 签名。",
            ]
          : [
              "None of the {signatures} signatures of {name} is of this key.",
              "{name} 的 {signatures} 个签名均不属于该密钥。",
            ],
        { params: { name, signatures } },
      );
    const { fingerprint } = publicKeyOf(signer);
    context.out.result({ reference: name, verified: true, signatures, key: fingerprint }, () =>
      context.out.say(["{name} was signed with this key.", "{name} 由该密钥签名。"], { name }),
    );
  },
});
