import { defineCommand } from "../lib/definition.ts";
import type { Text } from "../lib/text.ts";

const ORG = { value: "ORG", help: ["The organization", "组织"] as Text } as const;

export const orgKeysList = defineCommand({
  name: "org keys list",
  summary: ["The public keys that an organization's images are signed with", "组织镜像签名所用的公钥"],
  description: [
    "A key is called by the SHA-256 of its DER form: openssl pkey -pubin -in cosign.pub -outform DER | sha256sum",
    "公钥以其 DER 形式的 SHA-256 标识：openssl pkey -pubin -in cosign.pub -outform DER | sha256sum",
  ],
  arguments: { name: ORG },
  options: {},
  examples: [{ does: ["All of them", "全部公钥"], command: "hub org keys list acme" }],
  async run(context, given) {
    const { listKeys } = await import("../tenant/organization-keys.ts");
    await listKeys(context, given);
  },
});

export const orgKeysAdd = defineCommand({
  name: "org keys add",
  summary: ["Add a public key that an organization's images are signed with", "添加组织镜像签名所用的公钥"],
  description: [
    "The Hub verifies images that are signed with it (hub sign). Of a file with a private key, only the public half is sent.",
    "Hub 会校验用该密钥签名（hub sign）的镜像。若文件中是私钥，只会发送其公钥部分。",
  ],
  arguments: { name: ORG, file: { value: "FILE", help: ["The key in PEM", "PEM 格式的密钥"] } },
  options: {},
  examples: [
    { does: ["As cosign made it", "cosign 生成的公钥"], command: "hub org keys add acme cosign.pub" },
  ],
  async run(context, given) {
    const { addKey } = await import("../tenant/organization-keys.ts");
    await addKey(context, given);
  },
});

export const orgKeysRemove = defineCommand({
  name: "org keys remove",
  summary: ["Take a public key away from an organization", "移除组织的公钥"],
  description: [
    "What it signed counts as signed no more; what is installed goes on.",
    "用它签名的镜像不再视为已签名；已安装的应用不受影响。",
  ],
  arguments: {
    name: ORG,
    key: {
      value: "FINGERPRINT",
      help: ["Its fingerprint, or the beginning of it", "指纹或其开头部分"],
    },
  },
  options: {},
  examples: [
    {
      does: ["One that is used no more", "不再使用的公钥"],
      command: "hub org keys remove acme sha256:6b2f0c",
    },
  ],
  async run(context, given) {
    const { removeKey } = await import("../tenant/organization-keys.ts");
    await removeKey(context, given);
  },
});

export const orgRequireSignature = defineCommand({
  name: "org require-signature",
  summary: [
    "Let only signed images of an organization be installed, or not",
    "设置组织的镜像是否必须签名才能安装",
  ],
  arguments: {
    name: ORG,
    required: { value: "SETTING", choices: ["on", "off"], help: ["Whether they have to be", "是否必须"] },
  },
  options: {},
  examples: [{ does: ["Once all are signed", "全部签名之后"], command: "hub org require-signature acme on" }],
  async run(context, given) {
    const { requireSignature } = await import("../tenant/organization-keys.ts");
    await requireSignature(context, given);
  },
});
