import type { Cluster } from "../cluster/index.ts";
import { ImageError } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { TypeSource } from "./render-types.ts";

/** Where images come from; `ContentStore` is one. */
export interface ImageSource {
  resolve(reference: string): Promise<string | undefined>;
  /** Whether the digest was ever published in `org/repo`. */
  holds(repository: string, digest: string): Promise<boolean>;
  /** `repository` (`org/repo`) says where it is, when it is not in the Hub's own store. */
  read(
    digest: string,
    repository?: string,
  ): Promise<{ content: ImageContent; size: number; createdAt: string }>;
  list(): Promise<{ reference: string; digest: string }[]>;
}

export interface ResolvedImage {
  org: string;
  repo: string;
  tag: string;
  digest: string;
  content: ImageContent;
  /** Name of its Repository, and of its Provider when it is one. */
  name: string;
}

/**
 * Tag → digest → content. A digest in the reference decides; the tag is a name only then. Whoever writes references
 * and revisions may name any digest, so it counts only if the repository has published it: access and trust are asked
 * of the repository.
 * @throws ProblemError `image-unknown` or `image-invalid`
 */
export async function resolveImage(
  images: ImageSource,
  text: string,
  pinned?: string,
): Promise<ResolvedImage> {
  const reference = parseImageReference(text);
  if (!reference)
    throw new ProblemError("image-unknown", `"${text}" is not an image; write it as organization/name:tag.`, {
      ...because("image-reference", { image: text }),
    });
  const { org, repo, tag } = reference;
  const named = pinned ?? reference.digest;
  const tagged = named ? undefined : await images.resolve(`${org}/${repo}:${tag}`);
  const digest = named ?? tagged;
  if (!digest)
    throw new ProblemError(
      "image-unknown",
      `The Hub has no image ${org}/${repo}:${tag}. Choose another tag.`,
      {
        ...because("image-unpublished", { image: `${org}/${repo}:${tag}` }),
      },
    );
  try {
    if (digest !== tagged && !(await images.holds(`${org}/${repo}`, digest)))
      throw new ProblemError("image-unknown", `The Hub has no image ${org}/${repo}@${digest}.`, {
        ...because("image-unpublished", { image: `${org}/${repo}@${digest}` }),
      });
    const { content } = await images.read(digest, `${org}/${repo}`);
    return { org, repo, tag, digest, content, name: repositoryName(org, repo) };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new ProblemError("image-invalid", `The image ${text} cannot be read: ${error.message}`, {
      ...because("image-unreadable", { image: text, text: error.message, "text-zh": error.zh }),
      cause: error,
    });
  }
}

/** What the cluster knows of its kinds, as rendering asks for it. */
export function typesOf(cluster: Cluster): TypeSource {
  return {
    schema: (apiVersion, kind) => cluster.openapi.schema(apiVersion, kind),
    find: (apiVersion, kind) => cluster.discovery.find(apiVersion, kind),
  };
}

/** The problem of a provider or shared image whose organization may not change the cluster. */
export function notTrusted({ org, repo }: { org: string; repo: string }): ProblemError {
  return new ProblemError(
    "forbidden",
    `${org}/${repo} changes the whole cluster, and the organization ${org} is not trusted to. Ask an administrator.`,
    because("not-trusted", { image: `${org}/${repo}`, organization: org }),
  );
}
