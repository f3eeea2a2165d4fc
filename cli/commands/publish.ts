import { defineCommand } from "../lib/definition.ts";
import type { Text } from "../lib/text.ts";

const REPOSITORY = {
  value: "ORG/REPO",
  help: ["The image in the Hub, without a tag", "Hub 中的镜像，不含标签"] as Text,
} as const;
const ORG = { value: "ORG", help: ["The organization", "组织"] as Text } as const;
const ROLES = ["viewer", "publisher", "owner"];
const ROLE: Text = ["What the person may do", "其权限"];

export const publish = defineCommand({
  name: "publish",
  summary: ["Show a registry's images in the Hub", "在 Hub 中发布镜像仓库中的镜像"],
  description: [
    "The images stay in their registry; the Hub reads every tag, and each one that is pushed later.",
    "镜像仍保存在其仓库中；Hub 会读取每个标签以及之后推送的标签。",
  ],
  arguments: { name: REPOSITORY },
  options: {
    source: {
      value: "REGISTRY/NAME",
      required: true,
      help: ["Where the images are, without a tag", "镜像所在位置，不含标签"],
    },
    private: { help: ["For members of the organization only", "仅对组织成员可见"] },
  },
  examples: [
    {
      does: ["What was just pushed", "发布刚推送的镜像"],
      command: "hub publish acme/shop --source ghcr.io/acme/shop",
    },
  ],
  async run(context, given) {
    const { publish: published } = await import("../tenant/publish.ts");
    await published(context, given);
  },
});

export const unpublish = defineCommand({
  name: "unpublish",
  summary: ["Take an image out of the Hub; its registry keeps it", "从 Hub 下架镜像；镜像仓库中仍保留"],
  arguments: { name: REPOSITORY },
  options: {},
  examples: [
    { does: ["One that nobody has installed", "没有人安装的镜像"], command: "hub unpublish acme/shop" },
  ],
  async run(context, given) {
    const { unpublish: taken } = await import("../tenant/publish.ts");
    await taken(context, given);
  },
});

export const orgList = defineCommand({
  name: "org list",
  summary: ["The organizations that you belong to", "您所属的组织"],
  arguments: {},
  options: {},
  examples: [{ does: ["With your role in each", "及您在其中的角色"], command: "hub org list" }],
  async run(context) {
    const { listOrganizations } = await import("../tenant/organizations.ts");
    await listOrganizations(context);
  },
});

export const orgCreate = defineCommand({
  name: "org create",
  summary: ["Make an organization and be its owner", "创建组织并成为所有者"],
  arguments: { name: ORG },
  options: { title: { value: "TITLE", help: ["What people read", "显示名称"] } },
  examples: [{ does: ["With a title", "带显示名称"], command: 'hub org create acme --title "Acme, Inc."' }],
  async run(context, given) {
    const { createOrganization } = await import("../tenant/organizations.ts");
    await createOrganization(context, given);
  },
});

export const orgDelete = defineCommand({
  name: "org delete",
  summary: ["Delete an organization that publishes nothing", "删除没有发布内容的组织"],
  arguments: { name: ORG },
  options: {},
  examples: [{ does: ["After unpublishing", "下架之后"], command: "hub org delete acme" }],
  async run(context, given) {
    const { deleteOrganization } = await import("../tenant/organizations.ts");
    await deleteOrganization(context, given);
  },
});

export const orgMembers = defineCommand({
  name: "org members",
  summary: ["Who belongs to an organization", "组织的成员"],
  arguments: { name: ORG },
  options: {},
  examples: [{ does: ["With their roles", "及其角色"], command: "hub org members acme" }],
  async run(context, given) {
    const { listMembers } = await import("../tenant/organizations.ts");
    await listMembers(context, given);
  },
});

export const orgAdd = defineCommand({
  name: "org add",
  summary: ["Add a person by their id, or give a member another role", "按用户 ID 添加成员或更改角色"],
  arguments: { name: ORG, user: { value: "USER", help: ["Their id", "用户 ID"] } },
  options: { role: { value: "ROLE", default: "viewer", choices: ROLES, help: ROLE } },
  examples: [
    { does: ["Somebody who publishes", "可发布的成员"], command: "hub org add acme bob --role publisher" },
  ],
  async run(context, given) {
    const { setMember } = await import("../tenant/organizations.ts");
    await setMember(context, given);
  },
});

export const orgInvite = defineCommand({
  name: "org invite",
  summary: ["Make a link that lets one person in, once, within a week", "生成一周内有效的一次性邀请链接"],
  arguments: { name: ORG },
  options: { role: { value: "ROLE", default: "viewer", choices: ROLES, help: ROLE } },
  examples: [{ does: ["A publisher", "发布者"], command: "hub org invite acme --role publisher" }],
  async run(context, given) {
    const { invite } = await import("../tenant/organizations.ts");
    await invite(context, given);
  },
});

export const orgRemove = defineCommand({
  name: "org remove",
  summary: ["Remove a member from an organization", "移除组织成员"],
  arguments: { name: ORG, user: { value: "USER", help: ["Their id", "用户 ID"] } },
  options: {},
  examples: [{ does: ["One person", "一位成员"], command: "hub org remove acme bob" }],
  async run(context, given) {
    const { removeMember } = await import("../tenant/organizations.ts");
    await removeMember(context, given);
  },
});

export const orgLeave = defineCommand({
  name: "org leave",
  summary: ["Leave an organization", "退出组织"],
  arguments: { name: ORG },
  options: {},
  examples: [{ does: ["One of yours", "退出所属组织"], command: "hub org leave acme" }],
  async run(context, given) {
    const { removeMember } = await import("../tenant/organizations.ts");
    await removeMember(context, { ...given, user: undefined });
  },
});

export const orgCredentials = defineCommand({
  name: "org credentials",
  summary: ["Say how an organization signs in to its registry", "设置组织登录镜像仓库的凭据"],
  description: [
    "The Hub reads private registries with them. They replace those kept before, and are never shown again.",
    "Hub 用它们读取私有镜像仓库。新凭据会替换原有凭据，且不会再显示。",
  ],
  arguments: { name: ORG },
  options: {
    registry: { value: "HOST", help: ["The registry", "镜像仓库"] },
    username: { short: "u", value: "USER", help: ["The user there", "用户名"] },
    passwordStdin: { help: ["Take the password from standard input", "从标准输入读取密码"] },
    forget: { help: ["Forget them all", "全部删除"] },
  },
  examples: [
    {
      does: ["From a secret store", "取自密钥管理工具"],
      command: "pass registry | hub org credentials acme --registry ghcr.io -u acme-bot --password-stdin",
    },
  ],
  async run(context, { passwordStdin, ...given }) {
    const { setCredentials } = await import("../tenant/organizations.ts");
    await setCredentials(context, { ...given, fromInput: passwordStdin });
  },
});
