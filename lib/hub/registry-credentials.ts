import { type Cluster, isAlreadyExists, isConflict, isNotFound } from "../cluster/index.ts";
import { API_VERSION, annotation, type Repository } from "../model/resources.ts";
import type { Credentials } from "../oci/index.ts";
import {
  CREDENTIALS_TYPE,
  type CredentialsSecret,
  credentialsIn,
  credentialsSecret,
  hostsIn,
} from "../sources/index.ts";

export interface RegistryCredentials {
  /** Host and port. */
  registry: string;
  username: string;
  password: string;
}

/**
 * Keeps what an organization is known by at registries, in place of what was kept before, or forgets it (an empty
 * list). The caller has seen to it that the person is an owner of the organization. `cluster` is the web server's own.
 */
export async function writeRegistryCredentials(
  cluster: Cluster,
  organization: string,
  credentials: readonly RegistryCredentials[],
): Promise<void> {
  const reference = credentialsSecret(organization);
  if (credentials.length === 0) {
    await cluster.delete(reference).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    return;
  }
  const auths = Object.fromEntries(
    credentials.map(({ registry, ...known }) => [registry.toLowerCase(), entryOf(known)]),
  );
  try {
    await createSecret(cluster, organization, auths);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await cluster.patch(reference, { data: dataOf(auths) }, { type: "merge" });
  }
}

/** The hosts that an organization is known at, and as whom. Passwords never come out. */
export async function registryHosts(
  cluster: Cluster,
  organization: string,
): Promise<{ registry: string; username: string }[]> {
  const secret = await cluster.find<CredentialsSecret>(credentialsSecret(organization));
  return hostsIn(secret?.data);
}

/** Keeps credentials for one registry, or forgets them (undefined); others stay as they are, whoever changes them meanwhile. */
export async function writeRegistryCredential(
  cluster: Cluster,
  organization: string,
  registry: string,
  credentials: { username: string; password: string } | undefined,
): Promise<void> {
  const reference = credentialsSecret(organization);
  for (let turn = 0; ; turn++) {
    const secret = await cluster.find<CredentialsSecret>(reference);
    const kept = hostsIn(secret?.data).flatMap(({ registry: host }) => {
      const found = host === registry ? undefined : credentialsIn(secret?.data, host);
      return found ? [[host, entryOf(found)] as const] : [];
    });
    const auths = Object.fromEntries([
      ...kept,
      ...(credentials ? [[registry, entryOf(credentials)] as const] : []),
    ]);
    const { resourceVersion = "" } = secret?.metadata ?? {};
    try {
      if (!secret) {
        if (credentials) await createSecret(cluster, organization, auths);
      } else if (Object.keys(auths).length === 0) await cluster.delete(reference, { resourceVersion });
      else {
        const changed = { metadata: { resourceVersion }, data: dataOf(auths) };
        await cluster.patch(reference, changed, { type: "merge" });
      }
      return;
    } catch (error) {
      const raced = isConflict(error) || isAlreadyExists(error) || isNotFound(error);
      if (!raced || turn >= 5) throw error;
    }
  }
}

type Auths = Record<string, object>;

function entryOf({ username, password, identityToken }: Credentials) {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return { username, password, auth, ...(identityToken ? { identitytoken: identityToken } : {}) };
}

function dataOf(auths: Auths): Record<string, string> {
  return { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") };
}

async function createSecret(cluster: Cluster, organization: string, auths: Auths): Promise<void> {
  const { apiVersion, kind, name, namespace } = credentialsSecret(organization);
  const metadata = { name, namespace };
  await cluster.create({ apiVersion, kind, metadata, type: CREDENTIALS_TYPE, data: dataOf(auths) });
}

/** Asks the manager to look at a repository's registry at once. */
export async function requestRefresh(cluster: Cluster, repository: string): Promise<void> {
  await cluster.patch<Repository>(
    { apiVersion: API_VERSION, kind: "Repository", name: repository },
    { metadata: { annotations: { [annotation.refreshRequested]: new Date().toISOString() } } },
    { type: "merge" },
  );
}
