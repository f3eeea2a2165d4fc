import { ImageError } from "../images/index.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { Organization } from "../model/resources.ts";
import type { SignatureVerdict } from "../model/signature.ts";
import { type PublicKey, readablePublicKeys } from "../oci/index.ts";
import type { ResolvedImage } from "./resolve.ts";

/** Where signatures are known, or looked up. */
export interface SignedImages {
  /** Whether the images of `<org>.<repo>` come from a registry, and not from the Hub's own content store. */
  inRegistry(name: string): boolean;
  /** @throws ImageUnavailable when the registry cannot be asked */
  signature(name: string, digest: string, keys: readonly PublicKey[]): Promise<SignatureVerdict>;
}

export interface SignatureDemand {
  /** Whose image it is, with the keys and the demand of now. */
  organization: Organization | undefined;
  /** Whether the cluster's administrators demand signatures of everything that comes from a registry. */
  everywhere: boolean;
  images: SignedImages;
}

/** What is to be installed; `image` is what people call it. */
export interface Signable {
  image: string;
  /** `<org>.<repo>` */
  name: string;
  digest: string;
}

/** What a signature is asked for of a resolved image. */
export function signableOf({ org, repo, tag, name, digest }: ResolvedImage): Signable {
  return { image: `${org}/${repo}:${tag}`, name, digest };
}

/**
 * Why an image may not be installed for want of a signature; undefined when it has one, or needs none. What lies in the
 * Hub's own content store was put there by whoever runs the Hub, so only its organization can demand one of it.
 */
export async function notSigned(
  { image, name, digest }: Signable,
  { organization, everywhere, images }: SignatureDemand,
): Promise<ProblemError | undefined> {
  const demanded = organization?.spec.requireSignature === true || (everywhere && images.inRegistry(name));
  if (!demanded) return undefined;
  const org = name.split(".")[0] ?? "";
  const keys = readablePublicKeys(organization?.spec.publicKeys ?? []);
  try {
    const { state } = await images.signature(name, digest, keys);
    return state === "Signed" ? undefined : problemOf(state, image, org);
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    return new ProblemError(
      "image-unsigned",
      `Whether ${image} is signed, as it has to be, could not be checked: ${cause.message}`,
      { ...because("image-unchecked", { image, text: cause.message }), cause },
    );
  }
}

function problemOf(
  state: Exclude<SignatureVerdict["state"], "Signed">,
  image: string,
  organization: string,
): ProblemError {
  const add = `hub org keys add ${organization} cosign.pub`;
  const sign = "hub sign --key cosign.key";
  if (state === "NoKeys")
    return new ProblemError(
      "image-unsigned",
      `${image} has to be signed, and the organization ${organization} has no public key to check that with. An owner adds one (${add}), its publisher signs the image (${sign}); then try again.`,
      because("image-no-keys", { image, organization }),
    );
  if (state === "WrongKey")
    return new ProblemError(
      "image-unsigned",
      `${image} is signed, but with no key of the organization ${organization}. Its publisher signs it with one of them (${sign}), or an owner adds the key (${add}); then try again.`,
      because("image-wrong-key", { image, organization }),
    );
  return new ProblemError(
    "image-unsigned",
    `${image} is not signed, and images of ${organization} have to be. Its publisher signs it where it was pushed (${sign}); then try again.`,
    because("image-unsigned", { image, organization }),
  );
}
