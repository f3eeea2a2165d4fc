import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
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

const DEPLOYED = ["deploy/crds", "deploy/rbac", "deploy/policies", "deploy/grants"];

/**
 * What an administrator does once on a cluster: the Hub's kinds, its two accounts and their rights, the policies that
 * hold tenants and manager to theirs, and the grants of the providers that ship with it. Safe to repeat. The person who
 * starts the sandbox is its administrator, so there this is their yes.
 */
export async function bootstrap(cluster: Cluster): Promise<void> {
  for (const object of DEPLOYED.flatMap(documents)) {
    // The sandbox serves no admission policies, and says so.
    if (object.apiVersion.startsWith("admissionregistration.k8s.io/") && !(await serves(cluster, object)))
      continue;
    // The session Secret is filled by the web server; applying it again would not touch the data, creating is enough.
    if (object.kind === "Secret")
      await cluster.create(object).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    else await cluster.apply(object, { fieldManager: "hub-bootstrap", force: true });
  }
  await retire(cluster);
  await cluster.discovery.refresh();
}

/**
 * Takes away bindings of earlier versions: one made the manager an administrator of the cluster, and each administrator
 * of the Hub had one of their own.
 */
async function retire(cluster: Cluster): Promise<void> {
  const binding = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding" };
  const manager = { ...binding, name: "hub-manager-providers" };
  if (await cluster.find(manager)) await cluster.delete(manager);
  const labelSelector = "hub.sealos.io/role=administrator";
  for (const { metadata } of (await cluster.list({ ...binding, labelSelector })).items)
    await cluster.delete({ ...binding, name: metadata.name });
}

async function serves(cluster: Cluster, { apiVersion, kind }: AnyObject): Promise<boolean> {
  return (await cluster.discovery.find(apiVersion, kind)) !== undefined;
}

/**
 * Writes a kubeconfig with a fresh token of one service account, by default one of the Hub's own, readable by this user
 * only. `like` is a kubeconfig whose certificate authority the new one trusts.
 */
export async function writeAccountKubeconfig(
  cluster: Cluster,
  account: string,
  file: string,
  { namespace = SYSTEM_NAMESPACE, like }: { namespace?: string; like?: string } = {},
): Promise<void> {
  const answer = (await cluster.request(
    "POST",
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    {
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: TOKEN_SECONDS },
      },
    },
  )) as { status: { token: string } };
  writeKubeconfig(cluster.url, file, { user: { token: answer.status.token }, namespace, like });
}

/** Writes a kubeconfig for one user of the API server at `url`, readable by this user only. */
export function writeKubeconfig(
  url: string,
  file: string,
  { user, namespace, like }: { user: { token?: string }; namespace?: string; like?: string },
): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server: url, ...(like && trustOf(like)) } }],
    users: [{ name: "user", user }],
    contexts: [{ name: "user", context: { cluster: "cluster", user: "user", namespace } }],
    "current-context": "user",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
}

/** How a kubeconfig's current cluster proves that it is the one, without what its user proves to it. */
function trustOf(kubeconfig: string): Record<string, unknown> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { caData, caFile, skipTLSVerify, tlsServerName } = config.getCurrentCluster() ?? {};
  const authority = caData ?? (caFile && readFileSync(caFile).toString("base64"));
  return {
    ...(authority && { "certificate-authority-data": authority }),
    ...(skipTLSVerify && { "insecure-skip-tls-verify": true }),
    ...(tlsServerName && { "tls-server-name": tlsServerName }),
  };
}
