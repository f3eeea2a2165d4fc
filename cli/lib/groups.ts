import type { Text } from "./text.ts";

/** What commands of two words have in common, by their first word. */
export const groupSummaries: Record<string, Text> = {
  import: ["Make an image folder from something public", "由公开的资源生成镜像文件夹"],
  org: ["Organizations, their people and what they are known by", "组织、成员和凭据"],
  registry: ["Credentials for registries", "镜像仓库的登录凭据"],
  bin: ["Restore uninstalled apps, or delete them for good", "恢复或彻底删除已卸载的应用"],
};
