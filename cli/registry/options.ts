/** Options that each command which speaks to a registry has. */
export const registryOptions = {
  plainHttp: {
    help: [
      "Speak HTTP without TLS; registries of this machine (localhost) are spoken to so anyway",
      "使用不加密的 HTTP；本机（localhost）镜像仓库默认如此",
    ],
  },
} as const;
