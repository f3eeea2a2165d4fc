import type { ResolvedImage } from "../install/resolve.ts";
import { notSigned, type Signable, signableOf } from "../install/signed.ts";
import type { ProblemError } from "../model/problem.ts";
import { API_VERSION, type Image, type Organization } from "../model/resources.ts";
import type { SignatureVerdict } from "../model/signature.ts";
import { type PublicKey, readablePublicKeys } from "../oci/index.ts";
import { type ConditionUpdate, withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** The keys that an organization's images may be signed with. */
export function keysOf(world: World, org: string): PublicKey[] {
  return readablePublicKeys(world.organizations.get(undefined, org)?.spec.publicKeys ?? []);
}

/**
 * What an Image's status says of its signature. `place` is how `hub sign` is told of it: a registry's reference, or
 * the name in the content store.
 */
export function verifiedStatus(
  verdict: SignatureVerdict,
  digest: string,
  { org, place }: { org: string; place: string },
): { condition: ConditionUpdate; signature: { digest: string; key: string } | undefined } {
  const type = "Verified";
  const reason = verdict.state;
  if (verdict.state === "Signed") {
    const message = `It is signed with the key ${verdict.key} of the organization ${org}.`;
    return {
      condition: { type, status: "True", reason, message },
      signature: { digest, key: verdict.key },
    };
  }
  const sign = `hub sign --key cosign.key ${place}@${digest}`;
  const add = `hub org keys add ${org} cosign.pub`;
  const message = {
    Unsigned: `It is not signed. Its publisher signs it: ${sign}`,
    WrongKey: `It is signed, but with no key of the organization ${org}. Sign it with one of them (${sign}), or add the key it was signed with (${add}).`,
    NoKeys: `The organization ${org} has no public key that signatures could be checked with. An owner adds one: ${add}`,
  }[verdict.state];
  return { condition: { type, status: "False", reason, message }, signature: undefined };
}

/** Writes what is new about an Image's signature; nothing new: no request. */
export async function sayVerified(
  world: World,
  known: Image,
  verdict: SignatureVerdict,
  where: { org: string; place: string },
): Promise<void> {
  const { name } = known.metadata;
  const { digest } = known.spec;
  const { condition, signature } = verifiedStatus(verdict, digest, where);
  const said = known.status?.conditions?.find(({ type }) => type === condition.type);
  const current =
    said?.reason === condition.reason &&
    said.message === condition.message &&
    said.observedGeneration === known.metadata.generation &&
    known.status?.signature?.digest === signature?.digest;
  if (current) return;
  const image = await world.cluster.find<Image>({ apiVersion: API_VERSION, kind: "Image", name });
  // Who moved the tag meanwhile says what holds for the other image.
  if (image?.spec.digest !== digest) return;
  const conditions = withConditions(
    image.status?.conditions,
    [condition],
    image.metadata.generation,
    new Date().toISOString(),
  );
  await writeStatus(world.cluster, image, { conditions, signature });
}

/** Why an application may not be installed anew, or upgraded to this image, for want of a signature. */
export function unsignedApplication(world: World, image: ResolvedImage): Promise<ProblemError | undefined> {
  return demanded(world, signableOf(image), world.organizations.get(undefined, image.org));
}

/** The same of what changes the whole cluster: the organization is asked of the API server, not of a cache. */
export async function unsignedProvider(world: World, signable: Signable): Promise<ProblemError | undefined> {
  const organization = await world.cluster.find<Organization>({
    apiVersion: API_VERSION,
    kind: "Organization",
    name: signable.name.split(".")[0] ?? "",
  });
  return demanded(world, signable, organization);
}

function demanded(
  world: World,
  signable: Signable,
  organization: Organization | undefined,
): Promise<ProblemError | undefined> {
  return notSigned(signable, {
    organization,
    everywhere: world.requireSignatures,
    images: world.images,
  });
}
