import { defineCommand } from "../lib/definition.ts";

export const login = defineCommand({
  name: "login",
  summary: ["Sign in to a Hub, and to its cluster with kubectl", "登录 Hub，并让 kubectl 访问其集群"],
  description: [
    "Opens the browser, where you confirm. The kubeconfig gets a context for each of your workspaces, sealos-hub/NAMESPACE, with credentials that last ten minutes and renew themselves.",
    "打开浏览器由您确认。kubeconfig 会为您的每个工作空间增加上下文 sealos-hub/NAMESPACE，凭据十分钟有效并自动续期。",
  ],
  arguments: { url: { value: "URL", help: ["Address of the Hub", "Hub 的地址"] } },
  options: {
    device: {
      help: ["Show a code to type in a browser anywhere", "显示代码，在任意浏览器中输入"],
    },
  },
  examples: [
    {
      does: ["With the browser of this machine", "使用本机浏览器"],
      command: "hub login https://hub.example.com",
    },
    { does: ["Over SSH", "通过 SSH"], command: "hub login https://hub.example.com --device" },
  ],
  async run(context, { url, device }) {
    const { signIn } = await import("../tenant/sign-in.ts");
    await signIn(context, url, device);
  },
});

export const logout = defineCommand({
  name: "logout",
  summary: [
    "Sign out of the Hub and take its contexts out of the kubeconfig",
    "退出 Hub，并从 kubeconfig 移除其上下文",
  ],
  arguments: {},
  options: {
    everywhere: {
      help: [
        "End all your sessions: browsers and other command lines too",
        "结束您的所有会话，包括浏览器和其他命令行",
      ],
    },
  },
  examples: [{ does: ["A laptop was lost", "笔记本丢失时"], command: "hub logout --everywhere" }],
  async run(context, { everywhere }) {
    const { signOut } = await import("../tenant/sign-in.ts");
    await signOut(context, everywhere);
  },
});

export const credential = defineCommand({
  name: "credential",
  summary: ["Print a token for kubectl (exec credential plugin)", "为 kubectl 打印令牌（exec 凭据插件）"],
  arguments: {},
  options: { hub: { value: "URL", required: true, help: ["Address of the Hub", "Hub 的地址"] } },
  namespace: true,
  hidden: true,
  examples: [],
  async run(context, { hub }) {
    const { printCredential } = await import("../tenant/sign-in.ts");
    await printCredential(context, hub);
  },
});
