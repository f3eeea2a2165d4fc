import { defineCommand } from "../lib/definition.ts";

export const completion = defineCommand({
  name: "completion",
  summary: ["Print the completion script of a shell", "打印 shell 的自动补全脚本"],
  arguments: {
    shell: {
      value: "SHELL",
      help: ["The shell that is to complete", "要补全的 shell"],
      choices: ["bash", "zsh", "fish"],
    },
  },
  options: {
    for: {
      value: "NAME",
      default: "hub",
      help: ["Name to complete, for an alias such as sealos", "要补全的命令名，例如别名 sealos"],
    },
  },
  examples: [
    { does: ["In this shell", "在当前 shell 中启用"], command: "source <(hub completion bash)" },
    {
      does: ["In every fish shell", "在所有 fish shell 中启用"],
      command: "hub completion fish > ~/.config/fish/completions/hub.fish",
    },
    {
      does: ["For the classic name", "为经典命令名启用"],
      command: "alias sealos=hub; source <(hub completion bash --for sealos)",
    },
  ],
  async run(_, { shell, for: name }) {
    const { script } = await import("@bomb.sh/tab");
    script(shell, name, "hub");
  },
});
