import { ImageError, ImageUnavailable } from "../images/index.ts";
import type { ImageContent, InstanceKind } from "../model/image.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import type { Titles } from "../model/plan.ts";
import { groupKind } from "./references.ts";
import type { ImageSource } from "./resolve.ts";

/** A provider image of the Hub and the kinds it brings. */
export interface Offer {
  /** `org/repo:tag` */
  image: string;
  /** Of its Repository, and of its Provider once it is installed. */
  name: string;
  digest: string;
  title: string;
  i18n: Titles;
  /** By `group/Kind`. */
  kinds: ReadonlyMap<string, InstanceKind>;
  /** Whether its organization may change the cluster now. */
  trusted: boolean;
}

/** What an image is called in other languages than English. */
export function titlesOf({ i18n }: Pick<ImageContent, "i18n">): Titles {
  return Object.fromEntries(
    Object.entries(i18n).flatMap(([locale, { title }]) => (title ? [[locale, { title }]] : [])),
  );
}

/** The Hub's providers, read once per digest. */
export class Offers {
  readonly #images: ImageSource;
  readonly #isTrusted: (org: string) => boolean;
  readonly #isPublic: (name: string) => boolean;
  readonly #known = new Map<string, Pick<Offer, "title" | "i18n" | "kinds"> | undefined>();

  /**
   * @param isTrusted anybody else could claim a kind and so stand between all apps and their provider
   * @param isPublic whether everybody may see the repository (`org.repo`): offers are named to all
   */
  constructor(images: ImageSource, isTrusted: (org: string) => boolean, isPublic: (name: string) => boolean) {
    this.#images = images;
    this.#isTrusted = isTrusted;
    this.#isPublic = isPublic;
  }

  /**
   * One offer per public repository of a trusted organization, its `latest` tag, else the first; sorted by image. Those that
   * `counts` names are offered as well: what the cluster has already stays, whatever became of its organization.
   */
  async list(counts: (name: string) => boolean = () => false): Promise<Offer[]> {
    const byRepository = new Map<string, { reference: string; digest: string }>();
    for (const stored of await this.#images.list()) {
      const repository = stored.reference.split(":")[0] ?? "";
      if (!byRepository.has(repository) || stored.reference.endsWith(":latest"))
        byRepository.set(repository, stored);
    }
    const offers: Offer[] = [];
    for (const { reference, digest } of byRepository.values()) {
      const offer = await this.#offer(reference, digest, counts);
      if (offer) offers.push(offer);
    }
    return offers.sort((a, b) => (a.image < b.image ? -1 : 1));
  }

  /** What one image (`org/repo:tag`) offers; undefined where it is not there, no provider, or not trusted. */
  async find(reference: string): Promise<Offer | undefined> {
    const digest = await this.#images.resolve(reference);
    return digest === undefined ? undefined : this.#offer(reference, digest, () => false);
  }

  /** Whether images of an organization may change the cluster. */
  trusts(org: string): boolean {
    return this.#isTrusted(org);
  }

  async #offer(
    reference: string,
    digest: string,
    counts: (name: string) => boolean,
  ): Promise<Offer | undefined> {
    const parsed = parseImageReference(reference);
    if (!parsed) return undefined;
    const { org, repo } = parsed;
    const name = repositoryName(org, repo);
    const trusted = this.#isTrusted(org);
    if (!(trusted && this.#isPublic(name)) && !counts(name)) return undefined;
    const known = await this.#read(digest, `${org}/${repo}`);
    return known && { image: reference, name, digest, ...known, trusted };
  }

  async #read(digest: string, repository: string) {
    if (this.#known.has(digest)) return this.#known.get(digest);
    const found = await this.#images.read(digest, repository).then(
      ({ content }) =>
        content.mode === "provider" && content.provider
          ? {
              title: content.title,
              i18n: titlesOf(content),
              kinds: new Map(content.provider.instances.map((kind) => [groupKind(kind), kind])),
            }
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
