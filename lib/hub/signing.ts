import type { OrganizationView } from "../model/organization-views.ts";
import type { Organization } from "../model/resources.ts";
import { isOciError, type PublicKey, parsePublicKey, readablePublicKeys } from "../oci/index.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { change, refuse } from "./organizations.ts";
import type { Actor } from "./roles.ts";

/** As many as the definition allows. */
const MOST_KEYS = 16;

type Spec = Organization["spec"];

/** Owners say with which keys the organization's images are signed. A key that is there already changes nothing. */
export function addPublicKey(hub: Hub, actor: Actor, org: string, pem: string): Promise<OrganizationView> {
  return change(hub, actor, org, "owner", (spec) => {
    const key = readKey(pem);
    const keys = spec.publicKeys ?? [];
    if (keysIn(spec).some(({ fingerprint }) => fingerprint === key.fingerprint)) return spec;
    if (keys.length >= MOST_KEYS) refuse("publicKey", "list-too-long", { most: MOST_KEYS });
    return { ...spec, publicKeys: [...keys, key.pem] };
  });
}

/** What it signed is not verified by it any more. The last key stays while signatures are required. */
export async function removePublicKey(
  hub: Hub,
  actor: Actor,
  org: string,
  fingerprint: string,
): Promise<void> {
  await change(hub, actor, org, "owner", (spec) => {
    const publicKeys = (spec.publicKeys ?? []).filter(
      (pem) => readablePublicKeys([pem])[0]?.fingerprint !== fingerprint,
    );
    const left = readablePublicKeys(publicKeys).length;
    if (spec.requireSignature && left === 0) throw new SpokenProblem("signature-last-key", { org });
    return { ...spec, publicKeys };
  });
}

/** Whether only signed images of the organization are installed. */
export function requireSignature(
  hub: Hub,
  actor: Actor,
  org: string,
  required: boolean,
): Promise<OrganizationView> {
  return change(hub, actor, org, "owner", (spec) => {
    if (required && keysIn(spec).length === 0) throw new SpokenProblem("signature-needs-key", { org });
    return { ...spec, requireSignature: required };
  });
}

function keysIn({ publicKeys = [] }: Spec): PublicKey[] {
  return readablePublicKeys(publicKeys);
}

function readKey(pem: string): PublicKey {
  try {
    return parsePublicKey(pem);
  } catch (error) {
    if (!isOciError(error, "unsupported")) throw error;
    return refuse("publicKey", "key-unreadable");
  }
}
