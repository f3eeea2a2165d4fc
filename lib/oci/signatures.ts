import { createPublicKey, type KeyObject, sign, verify as verifySignature } from "node:crypto";
import { descriptorOf, encodeJson } from "./digest.ts";
import { OciError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { parseManifest } from "./manifest.ts";
import { MANIFEST_BYTES } from "./reachable.ts";
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

/** Whether a tag names no image but what belongs to one: signatures and attestations, or a list of what refers to it. */
export function isCompanionTag(tag: string): boolean {
  return /^sha256-[a-f0-9]{64}(\..+)?$/.test(tag);
}

/** Where signatures lie beside their image, and can be put: a repository of a registry, or of a layout. */
export interface SignaturePlace {
  /** For people, and in what is signed: `registry.example.com/acme/shop`. */
  name: string;
  /** The manifest under a tag. */
  find(tag: string): Promise<Uint8Array | undefined>;
  blob(descriptor: Descriptor): Promise<Uint8Array>;
  putBlob(descriptor: Descriptor, data: Uint8Array): Promise<unknown>;
  putManifest(tag: string, bytes: Uint8Array): Promise<unknown>;
}

/** Where signatures are kept beside the images of a registry. */
export function inRegistry(registry: Registry, repository: string): SignaturePlace {
  return {
    name: `${registry.registry}/${repository}`,
    async find(tag) {
      const found = await registry.head(repository, tag);
      return found && (await registry.manifest(repository, found.digest)).bytes;
    },
    blob: (descriptor) => registry.blob(repository, descriptor, { maxBytes: PAYLOAD_BYTES }),
    putBlob: (descriptor, data) =>
      registry.pushBlob(repository, {
        descriptor,
        open: async function* (start) {
          yield data.subarray(start);
        },
      }),
    putManifest: (tag, bytes) => registry.pushManifest(repository, tag, bytes),
  };
}

/** `repository` is what the layout's names begin with: `acme/shop` of `acme/shop:1.0`. */
export function inLayout(layout: Layout, repository: string): SignaturePlace {
  return {
    name: repository,
    async find(tag) {
      const found = await layout.resolve(`${repository}:${tag}`);
      return found && layout.read(found.digest, { maxBytes: MANIFEST_BYTES });
    },
    blob: ({ digest }) => layout.read(digest, { maxBytes: PAYLOAD_BYTES }),
    putBlob: (_, data) => layout.write(data),
    async putManifest(tag, bytes) {
      await layout.write(bytes);
      await layout.tag(`${repository}:${tag}`, descriptorOf(mediaTypes.manifest, bytes));
    },
  };
}

/**
 * Signs an image with a private key (ECDSA on P-256, RSA or Ed25519) and puts the signature beside it, with those that
 * are there. Signing again with the same key adds nothing. Returns the digest of what holds the signatures.
 */
export async function signImage(
  place: SignaturePlace,
  digest: string,
  key: KeyObject,
): Promise<{ digest: string; added: boolean }> {
  const present = await signatures(place, digest);
  const owner = createPublicKey(key);
  if (present && (await signerAmong(place, digest, present.layers, [owner])))
    return { digest: present.digest, added: false };
  const payload = encodeJson({
    critical: {
      identity: { "docker-reference": place.name },
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
  await place.putBlob(layer, payload);
  await place.putBlob(configBlob, config);
  const manifest = encodeJson({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: configBlob,
    layers,
  });
  await place.putManifest(signatureTag(digest), manifest);
  return { digest: descriptorOf(mediaTypes.manifest, manifest).digest, added: true };
}

/** How many signatures this digest has, and which of the keys made one of them, if any did. */
export async function findSigner(
  place: SignaturePlace,
  digest: string,
  keys: readonly KeyObject[],
): Promise<{ signatures: number; signer?: KeyObject }> {
  const present = await signatures(place, digest);
  if (!present) return { signatures: 0 };
  const signer = await signerAmong(place, digest, present.layers, keys);
  return { signatures: present.layers.length, ...(signer ? { signer } : {}) };
}

async function signatures(
  place: SignaturePlace,
  digest: string,
): Promise<{ digest: string; layers: Descriptor[] } | undefined> {
  const tag = signatureTag(digest);
  const bytes = await place.find(tag);
  if (!bytes) return undefined;
  const layers = parseManifest(bytes, tag).layers.filter(({ mediaType }) => mediaType === SIMPLE_SIGNING);
  return { digest: descriptorOf(mediaTypes.manifest, bytes).digest, layers: layers.slice(0, SIGNATURES) };
}

/** A signature counts only when what it signs names this very digest. */
async function signerAmong(
  place: SignaturePlace,
  digest: string,
  layers: readonly Descriptor[],
  keys: readonly KeyObject[],
): Promise<KeyObject | undefined> {
  for (const layer of layers) {
    const signature = Buffer.from(layer.annotations?.[SIGNATURE] ?? "", "base64");
    if (signature.byteLength === 0 || layer.size > PAYLOAD_BYTES) continue;
    const payload = await place.blob(layer);
    if (!names(payload, digest)) continue;
    const signer = keys.find((key) => verifySignature(algorithmOf(key), payload, key, signature));
    if (signer) return signer;
  }
  return undefined;
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
