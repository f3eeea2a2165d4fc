import { defineCommand } from "../lib/definition.ts";
import { CommandError } from "../lib/errors.ts";
import { registryOptions } from "../registry/options.ts";

const host = { value: "HOST", help: ["Registry, host and port", "镜像仓库，主机和端口"] } as const;

export const registryLogin = defineCommand({
  name: "registry login",
  summary: ["Remember credentials for a registry", "保存镜像仓库的登录凭据"],
  description: [
    "They are tried first, then kept where docker keeps them: by its credential helper, else in ~/.docker/config.json, which only you can read.",
    "凭据会先被验证，再按 docker 的方式保存：使用凭据助手，否则写入仅您可读的 ~/.docker/config.json。",
  ],
  arguments: { host },
  options: {
    username: { short: "u", value: "NAME", required: true, help: ["User name", "用户名"] },
    passwordStdin: { help: ["Read the password from standard input", "从标准输入读取密码"] },
    ...registryOptions,
  },
  examples: [
    { does: ["Asking for the password", "交互输入密码"], command: "hub registry login ghcr.io -u alice" },
    {
      does: ["In a script", "在脚本中"],
      command: 'echo "$TOKEN" | hub registry login ghcr.io -u alice --password-stdin',
    },
  ],
  async run({ out, env, signal }, { host: registry, username, passwordStdin, plainHttp }) {
    const { Registry, saveCredentials } = await import("../../lib/oci/index.ts");
    const { readPassword } = await import("../registry/password.ts");
    const password = await readPassword(out.say(["Password: ", "密码："]), passwordStdin);
    if (!password)
      throw new CommandError(["The password is empty; nothing was kept.", "密码为空，没有保存。"], {
        exit: "usage",
      });
    const credentials = { username, password };
    const options = { registry, signal, credentials: async () => credentials };
    await new Registry({ ...options, ...(plainHttp ? { plainHttp } : {}) }).ping();
    const { place } = await saveCredentials(registry, credentials, env);
    out.result({ registry, username, place }, () =>
      out.say(["Signed in to {registry}; kept in {place}.", "已登录 {registry}，凭据保存在 {place}。"], {
        registry,
        place,
      }),
    );
  },
});

export const registryLogout = defineCommand({
  name: "registry logout",
  summary: ["Forget the credentials for a registry", "删除镜像仓库的登录凭据"],
  arguments: { host },
  options: {},
  examples: [{ does: ["For one registry", "针对一个镜像仓库"], command: "hub registry logout ghcr.io" }],
  async run({ out, env }, { host: registry }) {
    const { removeCredentials } = await import("../../lib/oci/index.ts");
    const removed = await removeCredentials(registry, env);
    out.result({ registry, removed }, () =>
      removed
        ? out.say(["The credentials for {registry} are forgotten.", "已删除 {registry} 的凭据。"], {
            registry,
          })
        : out.say(["There were no credentials for {registry}.", "没有 {registry} 的凭据。"], { registry }),
    );
  },
});
