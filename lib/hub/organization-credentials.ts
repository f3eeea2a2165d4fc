import type { SignIn } from "../model/organization-views.ts";
import { isOciError, parseReference } from "../oci/index.ts";
import type { Hub } from "./hub.ts";
import { refuse, repositoriesOf } from "./organizations.ts";
import {
  type RegistryCredentials,
  registryHosts,
  requestRefresh,
  writeRegistryCredential,
  writeRegistryCredentials,
} from "./registry-credentials.ts";
import { type Actor, requireRole } from "./roles.ts";

const MOST = 16;
/** Somebody waits for it. */
const PATIENCE_MS = 8_000;

/** Where the organization is known, for those who publish. */
export async function credentialHosts(hub: Hub, actor: Actor, org: string) {
  await requireRole(hub, actor, org, "publisher");
  return registryHosts(hub.cluster, org);
}

/**
 * Keeps what an organization is known by at one registry, once the registry has been asked whether it takes it. What it
 * refuses is not kept; what cannot be tried is. Throws what is wrong at its field.
 */
export async function setCredential(
  hub: Hub,
  actor: Actor,
  org: string,
  given: RegistryCredentials,
): Promise<{ registry: string; signIn: SignIn }> {
  await requireRole(hub, actor, org, "owner");
  const registry = hostOf(given.registry);
  const { username, password } = given;
  const kept = await registryHosts(hub.cluster, org);
  if (kept.length >= MOST && !kept.some((each) => each.registry === registry))
    refuse("registry", "registries-too-many", { most: MOST });
  const outcome = await hub.shares.lookups.during(actor.uid, () =>
    tried(hub, registry, { username, password }),
  );
  await writeRegistryCredential(hub.cluster, org, registry, { username, password });
  await changed(hub, org, registry);
  return { registry, signIn: outcome };
}

/** What is in that registry is asked for without credentials from now on. */
export async function forgetCredential(hub: Hub, actor: Actor, org: string, host: string): Promise<void> {
  await requireRole(hub, actor, org, "owner");
  const registry = hostOf(host);
  await writeRegistryCredential(hub.cluster, org, registry, undefined);
  await changed(hub, org, registry);
}

/** All of them, in place of what was kept; nothing is tried. */
export async function setCredentials(
  hub: Hub,
  actor: Actor,
  org: string,
  credentials: readonly RegistryCredentials[],
): Promise<void> {
  await requireRole(hub, actor, org, "owner");
  await writeRegistryCredentials(hub.cluster, org, credentials);
  await changed(hub, org);
}

async function tried(
  hub: Hub,
  registry: string,
  credentials: { username: string; password: string },
): Promise<SignIn> {
  let wanted = false;
  const asked = hub.registries.asked(registry, async () => {
    wanted = true;
    return credentials;
  });
  const late = new Promise<"late">((resolve) => setTimeout(resolve, PATIENCE_MS, "late" as const).unref());
  try {
    if ((await Promise.race([asked.ping(), late])) === "late") return "unreachable";
    return wanted ? "signed-in" : "not-asked";
  } catch (error) {
    if (!isOciError(error)) throw error;
    if (error.code === "unauthorized" || error.code === "denied")
      return refuse("password", "registry-refused", { registry });
    if (error.code === "forbidden-address") return refuse("registry", "registry-forbidden", { registry });
    if (error.code === "not-a-registry" || error.code === "not-found")
      return refuse("registry", "registry-none", { registry });
    return "unreachable";
  }
}

/** What the organization has at the registry is looked at again at once; without a registry, all that it has. */
async function changed(hub: Hub, org: string, registry?: string): Promise<void> {
  hub.registries.forget(org);
  for (const { metadata, spec } of repositoriesOf(hub, org))
    if (!registry || spec.source?.startsWith(`${registry}/`))
      await requestRefresh(hub.cluster, metadata.name);
}

/** As references name it: Docker Hub has several hosts and one name. */
function hostOf(text: string): string {
  const host = text
    .trim()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");
  // A name without dot or port would be read as the first step of a path.
  if (!/^[\w.-]+(:\d{1,5})?$/.test(host) || !/[.:]|^localhost$/.test(host))
    refuse("registry", "registry-host");
  try {
    return parseReference(`${host}/x`).registry;
  } catch (error) {
    if (!isOciError(error)) throw error;
    return refuse("registry", "registry-host");
  }
}
