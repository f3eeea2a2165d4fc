import type { KeyPair } from "./certificates.ts";

/** A kubeconfig (JSON is YAML) with one cluster and one user, everything inline. */
export function kubeconfig(url: string, ca: string, user: string, { cert, key }: KeyPair): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "cluster",
    clusters: [{ name: "cluster", cluster: { server: url, "certificate-authority-data": base64(ca) } }],
    users: [
      { name: user, user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } },
    ],
    contexts: [{ name: "cluster", context: { cluster: "cluster", user } }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
