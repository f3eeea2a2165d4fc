/** OCI images, wherever they are: references, layouts on disk, registries. */
export type { Credentials } from "./auth.ts";
export { descriptorOf, encodeJson, isDigest, sha256, verified, verify } from "./digest.ts";
export { dockerCredentials, removeCredentials, saveCredentials } from "./docker-config.ts";
export { isOciError, OciError, type OciErrorCode } from "./errors.ts";
export { type BlobSource, Layout } from "./layout.ts";
export { TarLayout, writeLayoutTar } from "./layout-tar.ts";
export { withLock } from "./lock.ts";
export { parseIndex, parseManifest } from "./manifest.ts";
export { type Measured, measure } from "./measure.ts";
export { type PublicKey, parsePublicKey, publicKeyOf, readablePublicKeys } from "./public-key.ts";
export { reachable } from "./reachable.ts";
export { formatReference, isLoopback, parseReference, type Reference, versionOf } from "./reference.ts";
export { type FetchedManifest, Registry, type RegistryOptions } from "./registry.ts";
export {
  findSigner,
  inLayout,
  inRegistry,
  isCompanionTag,
  type SignaturePlace,
  signatureTag,
  signImage,
} from "./signatures.ts";
export {
  type Pulled,
  type Pushed,
  parallel,
  pullImage,
  pushImage,
  RemoteSource,
  type TransferProgress,
} from "./transfer.ts";
export type { Limits } from "./transport.ts";
export {
  type Descriptor,
  type Index,
  isIndexType,
  isManifestType,
  type Manifest,
  mediaTypes,
  type Platform,
  REF_NAME,
} from "./types.ts";
export type { BlobToPush } from "./upload.ts";
