import { defineCommand } from "../lib/definition.ts";

export const show = defineCommand({
  name: "show",
  summary: ["How a provider's instance is, and its lists", "查看 provider 实例的状态和列表"],
  description: [
    "What the instance's page shows. Without LIST: its state, and which lists there are: its pods, or what it is made of instead, such as machines; its backups; and other instances that are part of it, such as operations on a database.",
    "与实例页面内容相同。不带 LIST 时显示状态和可用的列表：Pod，或组成它的其他对象（如机器）；备份；以及属于它的其他实例，如数据库的运维操作。",
  ],
  arguments: {
    name: { value: "NAME", help: ["KIND/NAME, or the instance's name", "KIND/NAME，或实例的名称"] },
    list: {
      value: "LIST",
      optional: true,
      help: ["One of its lists, such as backups", "其中一个列表，如 backups"],
    },
  },
  options: {},
  namespace: true,
  examples: [
    { does: ["How a database is", "数据库的状态"], command: "hub show postgresql/acid-shop" },
    {
      does: ["Its backups, and when the next is made", "它的备份和下次备份时间"],
      command: "hub show postgresql/acid-shop backups",
    },
    { does: ["The machines of a cluster", "集群的机器"], command: "hub show cluster/dev machines" },
  ],
  async run(context, given) {
    const { showInstance } = await import("../tenant/show.ts");
    await showInstance(context, given);
  },
});
