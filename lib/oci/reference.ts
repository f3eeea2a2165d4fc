import { isDigest } from "./digest.ts";
import { OciError } from "./errors.ts";

/** Where an image is: `registry/repository:tag@digest`. */
export interface Reference {
  /** Host and port, `docker.io` for Docker Hub. */
  registry: string;
  repository: string;
  tag?: string;
  digest?: string;
}

export const DOCKER_HUB = "docker.io";

const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads a reference as docker does: the first step is a registry when it has a dot or a port, or is `localhost`;
 * otherwise the registry is the default (Docker Hub unless said otherwise). No tag is invented.
 * @throws OciError `invalid-reference`
 */
export function parseReference(text: string, options: { registry?: string } = {}): Reference {
  const wrong = (why: string) =>
    new OciError(
      "invalid-reference",
      `"${text}" is not an image reference: ${why}. Write it as host/name:tag.`,
    );
  const [name = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw wrong("it has more than one @");
  if (digest !== undefined && !isDigest(digest)) throw wrong("what follows @ is not a sha256 digest");
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === "localhost";
  const rest = hasHost ? name.slice(slash + 1) : name;
  const colon = rest.lastIndexOf(":");
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) throw wrong(`"${tag}" is not a tag`);
  const registry = canonicalHost(hasHost ? first : (options.registry ?? DOCKER_HUB));
  if (!HOST.test(registry)) throw wrong(`"${registry}" is not a host`);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const repository = registry === DOCKER_HUB && path && !path.includes("/") ? `library/${path}` : path;
  if (!REPOSITORY.test(repository) || repository.length > 255)
    throw wrong(
      /[A-Z]/.test(repository)
        ? "a name has no capital letters"
        : `"${repository}" is not a repository's name`,
    );
  return { registry, repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/** The reference in full, `docker.io/library/` included. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/** What one asks a registry for: the digest when there is one, else the tag, else `latest`. */
export function versionOf({ tag, digest }: Reference): string {
  return digest ?? tag ?? "latest";
}

/** Docker Hub has several hosts, and images on it one name. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower === "index.docker.io" || lower === "registry-1.docker.io" ? DOCKER_HUB : lower;
}

/** Whether the host is this machine, where registries for trying speak plain HTTP. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}
