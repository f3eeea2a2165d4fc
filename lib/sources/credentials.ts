import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Credentials } from "../oci/index.ts";

/** Holds nothing but organizations' registry credentials, so that a right to it is a right to them alone. */
const CREDENTIALS_NAMESPACE = "sealos-registries";
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

interface Entry {
  auth?: string;
  username?: string;
  password?: string;
  identitytoken?: string;
}

/** What the Secret (`.dockerconfigjson`) says for this very host, and no other. */
export function credentialsIn(
  data: Record<string, string> | undefined,
  host: string,
): Credentials | undefined {
  const entry = entriesIn(data).get(host);
  return entry && credentialsOf(entry);
}

/** The hosts that the Secret has something for, and as whom; no password leaves it here. */
export function hostsIn(data: Record<string, string> | undefined): { registry: string; username: string }[] {
  return [...entriesIn(data)]
    .map(([registry, entry]) => ({ registry, username: credentialsOf(entry).username }))
    .sort((a, b) => a.registry.localeCompare(b.registry));
}

/** By host in small letters, without scheme and path. */
function entriesIn(data: Record<string, string> | undefined): Map<string, Entry> {
  const text = Buffer.from(data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8");
  if (!text) return new Map();
  const { auths = {} } = JSON.parse(text) as { auths?: Record<string, Entry> };
  return new Map(
    Object.entries(auths).map(([key, entry]) => [
      key
        .replace(/^https?:\/\//, "")
        .replace(/\/.*$/, "")
        .toLowerCase(),
      entry,
    ]),
  );
}

function credentialsOf(entry: Entry): Credentials {
  const [user = "", ...rest] = Buffer.from(entry.auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  return {
    username: entry.username ?? user,
    password: entry.password ?? rest.join(":"),
    ...(entry.identitytoken ? { identityToken: entry.identitytoken } : {}),
  };
}

export type CredentialsSecret = KubernetesObject & { type?: string; data?: Record<string, string> };

/** Reads an organization's credentials as whoever the cluster is asked as. */
export function clusterCredentials(cluster: Cluster) {
  return async (organization: string, host: string): Promise<Credentials | undefined> => {
    const secret = await cluster.find<CredentialsSecret>(credentialsSecret(organization));
    return secret?.type === CREDENTIALS_TYPE ? credentialsIn(secret.data, host) : undefined;
  };
}
