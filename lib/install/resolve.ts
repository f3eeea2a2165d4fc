import type { Cluster } from "../cluster/index.ts";
import { ImageError, ImageUnavailable } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { Provider } from "../model/resources.ts";
import { groupKind } from "./references.ts";
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

/** A provider image of the Hub and the kinds it brings. */
export interface Offer {
  /** `org/repo:tag` */
  image: string;
  name: string;
  digest: string;
  title: string;
  kinds: ReadonlySet<string>;
}

/** The Hub's providers, read once per digest: those of organizations that may change the cluster. */
export class Offers {
  readonly #images: ImageSource;
  readonly #isTrusted: (org: string) => boolean;
  readonly #known = new Map<string, { title: string; kinds: ReadonlySet<string> } | undefined>();

  /** @param isTrusted anybody else could claim a kind and so stand between all apps and their provider */
  constructor(images: ImageSource, isTrusted: (org: string) => boolean) {
    this.#images = images;
    this.#isTrusted = isTrusted;
  }

  /** One offer per repository: its `latest` tag, else the first. */
  async list(): Promise<Offer[]> {
    const byRepository = new Map<string, { reference: string; digest: string }>();
    for (const stored of await this.#images.list()) {
      const repository = stored.reference.split(":")[0] ?? "";
      if (!byRepository.has(repository) || stored.reference.endsWith(":latest"))
        byRepository.set(repository, stored);
    }
    const offers: Offer[] = [];
    for (const { reference, digest } of byRepository.values()) {
      const parsed = parseImageReference(reference);
      if (!parsed || !this.#isTrusted(parsed.org)) continue;
      const known = await this.#read(digest, `${parsed.org}/${parsed.repo}`);
      if (!known) continue;
      offers.push({ image: reference, name: repositoryName(parsed.org, parsed.repo), digest, ...known });
    }
    return offers;
  }

  async #read(digest: string, repository: string) {
    if (this.#known.has(digest)) return this.#known.get(digest);
    const found = await this.#images.read(digest, repository).then(
      ({ content }) =>
        content.mode === "provider" && content.provider
          ? { title: content.title, kinds: new Set(content.provider.instances.map(groupKind)) }
          : undefined,
      (error: unknown) => {
        // An image that cannot be read offers nothing; whoever installs it is told why.
        if (error instanceof ImageUnavailable) return "unavailable" as const;
        if (error instanceof ImageError) return undefined;
        throw error;
      },
    );
    if (found === "unavailable") return undefined;
    this.#known.set(digest, found);
    return found;
  }
}

/** A kind or an image that has to be there first. */
export interface Need {
  /** For people: `Cluster (apps.kubeblocks.io/v1alpha1)` or `org/repo:tag`. */
  what: string;
  kind?: { apiVersion: string; kind: string };
  satisfied: boolean;
  /** The installed provider that is on its way or failed, when there is one. */
  provider?: Provider;
  /** What could be installed to satisfy it. */
  offers: Offer[];
}

export interface NeedSources {
  types: TypeSource;
  offers: Offers;
  provider(name: string): Provider | undefined | Promise<Provider | undefined>;
}

/** What the image needs of the cluster, and what of it is there. */
export async function needsOf(
  required: readonly ({ apiVersion: string; kind: string } | { image: string })[],
  sources: NeedSources,
): Promise<Need[]> {
  if (required.length === 0) return [];
  const offers = await sources.offers.list();
  const needs = new Map<string, Need>();
  for (const requirement of required) {
    const kind = "kind" in requirement ? requirement : undefined;
    const what = kind ? `${kind.kind} (${kind.apiVersion})` : (requirement as { image: string }).image;
    if (needs.has(what)) continue;
    const fitting = offers.filter((offer) =>
      kind ? offer.kinds.has(groupKind(kind)) : sameRepository(offer.image, what),
    );
    const installed = (await Promise.all(fitting.map(({ name }) => sources.provider(name)))).filter(
      (provider) => provider !== undefined,
    );
    const [provider] = installed;
    const served = kind ? (await sources.types.find(kind.apiVersion, kind.kind)) !== undefined : false;
    const ready = installed.some(({ status }) => status?.phase === "Ready");
    needs.set(what, {
      what,
      ...(kind ? { kind } : {}),
      satisfied: provider ? ready : served,
      ...(provider ? { provider } : {}),
      offers: fitting,
    });
  }
  return [...needs.values()];
}

function sameRepository(a: string, b: string): boolean {
  return a.split(/[:@]/)[0] === b.split(/[:@]/)[0];
}

/** The problem of a need that nothing satisfies. */
export function kindMissing(need: Need): ProblemError {
  return new ProblemError(
    "kind-missing",
    `The cluster does not serve ${need.what}, and no provider in the Hub brings it. Ask an administrator to add one.`,
    because("kind-unoffered", {
      what: need.what,
      kind: need.kind?.kind ?? need.what,
      apiVersion: need.kind?.apiVersion ?? "",
    }),
  );
}

/** The problem of a provider or shared image whose organization may not change the cluster. */
export function notTrusted({ org, repo }: { org: string; repo: string }): ProblemError {
  return new ProblemError(
    "forbidden",
    `${org}/${repo} changes the whole cluster, and the organization ${org} is not trusted to. Ask an administrator.`,
    because("not-trusted", { image: `${org}/${repo}`, organization: org }),
  );
}
