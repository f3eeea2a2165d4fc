import type { Text } from "./text.ts";

/** What commands of several words have in common, by each word but the last. */
export const groupSummaries: Record<string, Text> = {
  bin: ["Restore uninstalled apps, or delete them for good", "恢复或彻底删除已卸载的应用"],
  import: ["Make an image folder from something public", "由公开的资源生成镜像文件夹"],
  keys: ["Public keys that an organization's images are signed with", "组织镜像签名所用的公钥"],
  org: ["Organizations, their people and what they are known by", "组织、成员和凭据"],
  registry: ["Credentials for registries", "镜像仓库的登录凭据"],
};
