import { sha256, steady } from "./hash.ts";

/** What the simulation makes of a container image's name. No image is ever pulled. */
export interface SimulatedImage {
  /** As the container runtime writes it: with registry and tag. */
  reference: string;
  id: string;
  bytes: number;
  /** Time to pull in life, in milliseconds. */
  pullMs: number;
  /** Tag `does-not-exist`: it cannot be pulled. */
  missing: boolean;
  /** Tag `crash`: its process ends with an error at once. */
  crashes: boolean;
}

/** Reads an image reference; Docker's short names are completed. */
export function simulatedImage(image: string): SimulatedImage {
  const [withoutDigest = "", digest] = image.split("@");
  const slash = withoutDigest.lastIndexOf("/");
  const colon = withoutDigest.indexOf(":", slash + 1);
  const tag = colon < 0 ? (digest ? "" : "latest") : withoutDigest.slice(colon + 1);
  const path = colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
  const first = path.split("/")[0] ?? "";
  const hasRegistry = path.includes("/") && (/[.:]/.test(first) || first === "localhost");
  const repository = hasRegistry ? path : `docker.io/${path.includes("/") ? "" : "library/"}${path}`;
  const size = steady(repository);
  return {
    reference: `${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`,
    id: `${repository}@${digest ?? `sha256:${sha256(`${repository}:${tag}`)}`}`,
    bytes: Math.round(5e6 + size * 195e6),
    pullMs: Math.round(700 + size * 2300),
    missing: tag === "does-not-exist",
    crashes: tag === "crash",
  };
}

/** containerd's words for an image that its registry does not have. */
export function pullFailure(image: SimulatedImage, written: string): string {
  return (
    `failed to pull and unpack image "${image.reference}": failed to resolve reference "${image.reference}": ` +
    `${image.reference}: not found (simulated: the sandbox treats ${written} as missing)`
  );
}
