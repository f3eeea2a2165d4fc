import { type Cluster, isAlreadyExists, isNotFound } from "../cluster/index.ts";
import { API_VERSION, annotation, type Repository } from "../model/resources.ts";
import { CREDENTIALS_TYPE, credentialsSecret } from "../sources/index.ts";

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
    credentials.map(({ registry, username, password }) => [
      registry.toLowerCase(),
      { username, password, auth: Buffer.from(`${username}:${password}`).toString("base64") },
    ]),
  );
  const data = { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") };
  const { apiVersion, kind, name, namespace } = reference;
  try {
    await cluster.create({ apiVersion, kind, metadata: { name, namespace }, type: CREDENTIALS_TYPE, data });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await cluster.patch(reference, { data }, { type: "merge" });
  }
}

/** Asks the manager to look at a repository's registry at once. */
export async function requestRefresh(cluster: Cluster, repository: string): Promise<void> {
  await cluster.patch<Repository>(
    { apiVersion: API_VERSION, kind: "Repository", name: repository },
    { metadata: { annotations: { [annotation.refreshRequested]: new Date().toISOString() } } },
    { type: "merge" },
  );
}
