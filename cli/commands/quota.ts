import { defineCommand } from "../lib/definition.ts";

export const quota = defineCommand({
  name: "quota",
  summary: ["How much the workspace may take, and what is left", "工作空间的配额与剩余"],
  description: [
    "The tightest first. With --request it words a request for more, to be sent to an administrator, and changes nothing.",
    "最紧张的排在最前。使用 --request 会写出一份扩容申请，供发送给管理员，不做任何更改。",
  ],
  arguments: {},
  options: {
    request: {
      value: "RESOURCE=AMOUNT",
      multiple: true,
      help: [
        "Word a request for this much of a resource, like requests.memory=32Gi",
        "写出申请，将某项资源提高到该数量，如 requests.memory=32Gi",
      ],
    },
  },
  namespace: true,
  examples: [
    { does: ["What is left", "查看剩余配额"], command: "hub quota" },
    {
      does: ["Ask for more", "申请更多配额"],
      command: "hub quota --request requests.cpu=16 --request requests.memory=32Gi",
    },
  ],
  async run(context, given) {
    const { printQuota } = await import("../tenant/quota.ts");
    await printQuota(context, given);
  },
});
