import { createPublicKey, type KeyObject } from "node:crypto";
import { sha256 } from "./digest.ts";
import { isOciError, OciError } from "./errors.ts";

/** A public key that signatures are checked with. */
export interface PublicKey {
  key: KeyObject;
  /** SHA-256 of the key in DER (SubjectPublicKeyInfo), `sha256:<hex>`. */
  fingerprint: string;
  /** For people: `ECDSA P-256`, `RSA 3072`, `Ed25519`. */
  kind: string;
  /** As everything writes it: PEM of SubjectPublicKeyInfo, with a final line break. */
  pem: string;
}

/** More bytes than any key that is taken. */
const MOST = 4096;
const LEAST_RSA = 2048;
const CURVES: Record<string, string> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

/**
 * Reads one public key in PEM, as cosign and openssl write it. A private key is refused, although its public half could
 * be told: it has no business where public keys are kept.
 * @throws OciError `unsupported`
 */
export function parsePublicKey(text: string): PublicKey {
  const whole = text.trim();
  if (whole.length > MOST || !/^-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----$/.test(whole))
    throw new OciError("unsupported", "This is no public key in PEM (BEGIN PUBLIC KEY), such as cosign.pub.");
  try {
    return publicKeyOf(createPublicKey(whole));
  } catch (cause) {
    if (isOciError(cause)) throw cause;
    throw new OciError("unsupported", "What is between the lines of this PEM is no public key.", { cause });
  }
}

/** @throws OciError `unsupported` for a kind of key, or a length, that signs no images. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const kind = kindOf(key);
  if (!kind)
    throw new OciError(
      "unsupported",
      `A key of this kind (${key.asymmetricKeyType}) is not trusted with images; use ECDSA on P-256, as cosign makes.`,
    );
  return {
    key,
    kind,
    fingerprint: sha256(key.export({ type: "spki", format: "der" })),
    pem: key.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Those that can be read of keys that somebody may have written by hand; each once. */
export function readablePublicKeys(texts: readonly string[]): PublicKey[] {
  const found = new Map<string, PublicKey>();
  for (const text of texts) {
    try {
      const key = parsePublicKey(text);
      found.set(key.fingerprint, key);
    } catch (error) {
      if (!isOciError(error, "unsupported")) throw error;
    }
  }
  return [...found.values()];
}

function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType === "ed25519") return "Ed25519";
  if (asymmetricKeyType === "ec") {
    const curve = CURVES[asymmetricKeyDetails?.namedCurve ?? ""];
    return curve && `ECDSA ${curve}`;
  }
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return asymmetricKeyType === "rsa" && bits >= LEAST_RSA ? `RSA ${bits}` : undefined;
}
