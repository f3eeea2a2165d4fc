import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type AnyObject, type Cluster, isAlreadyExists } from "../../lib/cluster/index.ts";
import { root } from "../runtime.mjs";

const SYSTEM_NAMESPACE = "sealos-system";
const TOKEN_SECONDS = 90 * 24 * 3600;

function documents(dir: string): AnyObject[] {
  return readdirSync(join(root, dir))
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(root, dir, file), "utf8")).map(
        (document) => document.toJS() as AnyObject,
      ),
    )
    .filter(Boolean);
}

/**
 * What an administrator does once on a cluster: the Hub's kinds, its two accounts and their rights. Safe to repeat.
 */
export async function bootstrap(cluster: Cluster): Promise<void> {
  for (const object of [...documents("deploy/crds"), ...documents("deploy/rbac")]) {
    // The session Secret is filled by the web server; applying it again would not touch the data, creating is enough.
    if (object.kind === "Secret")
      await cluster.create(object).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    else await cluster.apply(object, { fieldManager: "hub-bootstrap", force: true });
  }
  await cluster.discovery.refresh();
}

/** Writes a kubeconfig with a fresh token of one of the Hub's own accounts, readable by this user only. */
export async function writeAccountKubeconfig(cluster: Cluster, account: string, file: string): Promise<void> {
  const answer = (await cluster.request(
    "POST",
    `/api/v1/namespaces/${SYSTEM_NAMESPACE}/serviceaccounts/${account}/token`,
    {
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: TOKEN_SECONDS },
      },
    },
  )) as { status: { token: string } };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "sandbox", cluster: { server: cluster.url } }],
    users: [{ name: account, user: { token: answer.status.token } }],
    contexts: [
      { name: account, context: { cluster: "sandbox", user: account, namespace: SYSTEM_NAMESPACE } },
    ],
    "current-context": account,
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
}
