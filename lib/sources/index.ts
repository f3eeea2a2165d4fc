/** Where repositories' images are when they are not in the Hub's own store: registries, asked with care. */
export { hostPatterns, isPublicAddress } from "./addresses.ts";
export { BlobCache } from "./blob-cache.ts";
export { readSourcesConfig, type SourcesConfig } from "./config.ts";
export {
  CREDENTIALS_TYPE,
  type CredentialsSecret,
  clusterCredentials,
  credentialsIn,
  credentialsSecret,
  hostsIn,
} from "./credentials.ts";
export { guardedFetch } from "./guard.ts";
export { asked, HubImages } from "./hub-images.ts";
export { type Place, Registries } from "./registries.ts";
export { signatureOf } from "./signatures.ts";
