import { createPublicKey, type KeyObject, sign, verify as verifySignature } from "node:crypto";
import { descriptorOf, encodeJson } from "./digest.ts";
import { OciError } from "./errors.ts";
import { parseManifest } from "./manifest.ts";
import type { Registry } from "./registry.ts";
import { type Descriptor, mediaTypes } from "./types.ts";

/** The media type of what is signed (cosign's signature specification). */
const SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
const SIGNATURE = "dev.cosignproject.cosign/signature";
const TYPE = "cosign container image signature";
const PAYLOAD_BYTES = 64 * 1024;
/** Signatures looked at of one image. */
const SIGNATURES = 100;

interface Payload {
  critical?: { image?: { "docker-manifest-digest"?: string }; type?: string };
}

/** Where the signatures of an image are, beside it in its repository. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/**
 * Signs an image with a private key (ECDSA on P-256, RSA or Ed25519) and puts the signature beside it, with those that
 * are there. Signing again with the same key adds nothing. Returns the digest of what holds the signatures.
 */
export async function signImage(
  registry: Registry,
  repository: string,
  digest: string,
  key: KeyObject,
): Promise<{ digest: string; added: boolean }> {
  const present = await signatureLayers(registry, repository, digest);
  const owner = createPublicKey(key);
  if (present && (await signedBy(registry, repository, digest, present.layers, [owner])))
    return { digest: present.digest, added: false };
  const payload = encodeJson({
    critical: {
      identity: { "docker-reference": `${registry.registry}/${repository}` },
      image: { "docker-manifest-digest": digest },
      type: TYPE,
    },
    optional: null,
  });
  const signature = sign(algorithmOf(key), payload, key).toString("base64");
  const layer: Descriptor = {
    ...descriptorOf(SIMPLE_SIGNING, payload),
    annotations: { [SIGNATURE]: signature },
  };
  const layers = [...(present?.layers ?? []), layer];
  const config = encodeJson({
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map((each) => each.digest) },
  });
  const configBlob = descriptorOf(mediaTypes.config, config);
  for (const [descriptor, data] of [
    [layer, payload],
    [configBlob, config],
  ] as const)
    await registry.pushBlob(repository, {
      descriptor,
      open: async function* (start) {
        yield data.subarray(start);
      },
    });
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: configBlob, layers };
  const pushed = await registry.pushManifest(repository, signatureTag(digest), encodeJson(manifest));
  return { digest: pushed.digest, added: true };
}

/** Whether one of the keys signed this digest. False when it has no signature at all. */
export async function isSigned(
  registry: Registry,
  repository: string,
  digest: string,
  keys: readonly KeyObject[],
): Promise<{ signatures: number; verified: boolean }> {
  const present = await signatureLayers(registry, repository, digest);
  if (!present) return { signatures: 0, verified: false };
  const verified = await signedBy(registry, repository, digest, present.layers, keys);
  return { signatures: present.layers.length, verified };
}

async function signatureLayers(
  registry: Registry,
  repository: string,
  digest: string,
): Promise<{ digest: string; layers: Descriptor[] } | undefined> {
  const tag = signatureTag(digest);
  const found = await registry.head(repository, tag);
  if (!found) return undefined;
  const { bytes, descriptor } = await registry.manifest(repository, found.digest);
  const layers = parseManifest(bytes, tag).layers.filter(({ mediaType }) => mediaType === SIMPLE_SIGNING);
  return { digest: descriptor.digest, layers: layers.slice(0, SIGNATURES) };
}

/** A signature counts only when what it signs names this very digest. */
async function signedBy(
  registry: Registry,
  repository: string,
  digest: string,
  layers: readonly Descriptor[],
  keys: readonly KeyObject[],
): Promise<boolean> {
  for (const layer of layers) {
    const signature = Buffer.from(layer.annotations?.[SIGNATURE] ?? "", "base64");
    if (signature.byteLength === 0) continue;
    const payload = await registry.blob(repository, layer, { maxBytes: PAYLOAD_BYTES });
    if (!names(payload, digest)) continue;
    if (keys.some((key) => verifySignature(algorithmOf(key), payload, key, signature))) return true;
  }
  return false;
}

function names(payload: Uint8Array, digest: string): boolean {
  try {
    const { critical } = JSON.parse(Buffer.from(payload).toString("utf8")) as Payload;
    return critical?.type === TYPE && critical.image?.["docker-manifest-digest"] === digest;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The digest that goes with a kind of key; Ed25519 has its own. */
function algorithmOf(key: KeyObject): "sha256" | null {
  if (key.asymmetricKeyType === "ed25519") return null;
  if (key.asymmetricKeyType === "ec" || key.asymmetricKeyType === "rsa") return "sha256";
  throw new OciError(
    "unsupported",
    `A key of type ${key.asymmetricKeyType} signs no images; use ECDSA on P-256.`,
  );
}
