import type { SignatureVerdict } from "../model/signature.ts";
import { findSigner, isOciError, type PublicKey, type SignaturePlace } from "../oci/index.ts";

/**
 * Looks for a signature of one of the keys beside the image. What lies there and is no list of signatures counts as
 * none.
 * @throws OciError when the registry does not answer, or sends something else than it says
 */
export async function signatureOf(
  place: SignaturePlace,
  digest: string,
  keys: readonly PublicKey[],
): Promise<SignatureVerdict> {
  if (keys.length === 0) return { state: "NoKeys" };
  try {
    const found = await findSigner(
      place,
      digest,
      keys.map(({ key }) => key),
    );
    const signer = keys.find(({ key }) => key === found.signer);
    if (signer) return { state: "Signed", key: signer.fingerprint };
    return { state: found.signatures > 0 ? "WrongKey" : "Unsigned" };
  } catch (error) {
    if (isOciError(error, "invalid-manifest", "manifest-list", "unsupported")) return { state: "Unsigned" };
    throw error;
  }
}
