import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Credentials } from "../oci/index.ts";

/** Holds nothing but organizations' registry credentials, so that a right to it is a right to them alone. */
export const CREDENTIALS_NAMESPACE = "sealos-registries";
export const CREDENTIALS_TYPE = "kubernetes.io/dockerconfigjson";

/** The Secret with an organization's credentials. */
export function credentialsSecret(organization: string): {
  apiVersion: "v1";
  kind: "Secret";
  namespace: string;
  name: string;
} {
  return {
    apiVersion: "v1",
    kind: "Secret",
    namespace: CREDENTIALS_NAMESPACE,
    name: `registry-${organization}`,
  };
}

/** What the Secret (`.dockerconfigjson`) says for this very host, and no other. */
export function credentialsIn(
  data: Record<string, string> | undefined,
  host: string,
): Credentials | undefined {
  const text = Buffer.from(data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8");
  if (!text) return undefined;
  const { auths = {} } = JSON.parse(text) as {
    auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  };
  const key = Object.keys(auths).find(
    (each) =>
      each
        .replace(/^https?:\/\//, "")
        .replace(/\/.*$/, "")
        .toLowerCase() === host,
  );
  const entry = key === undefined ? undefined : auths[key];
  if (!entry) return undefined;
  const [user = "", ...rest] = Buffer.from(entry.auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  return {
    username: entry.username ?? user,
    password: entry.password ?? rest.join(":"),
    ...(entry.identitytoken ? { identityToken: entry.identitytoken } : {}),
  };
}

type SecretObject = KubernetesObject & { type?: string; data?: Record<string, string> };

/** Reads an organization's credentials as whoever the cluster is asked as. */
export function clusterCredentials(cluster: Cluster) {
  return async (organization: string, host: string): Promise<Credentials | undefined> => {
    const secret = await cluster.find<SecretObject>(credentialsSecret(organization));
    return secret?.type === CREDENTIALS_TYPE ? credentialsIn(secret.data, host) : undefined;
  };
}
