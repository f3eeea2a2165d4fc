import type { Informer } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import { repositoryName } from "../model/names.ts";
import type { Image, Mode, Organization, Repository } from "../model/resources.ts";
import { cardOf, type RepositoryCard } from "./cards.ts";
import type { Informers } from "./informers.ts";
import { type Locale, SpokenProblem } from "./messages.ts";
import { SearchIndex } from "./search.ts";

export interface RepositoryQuery {
  q?: string;
  category?: string;
  mode?: Mode;
  sort?: "relevance" | "installs" | "updated" | "name";
  offset?: number;
  limit?: number;
}

export interface RepositoryPage {
  items: RepositoryCard[];
  total: number;
  categories: { name: string; count: number }[];
  modes: { name: Mode; count: number }[];
  nearest?: RepositoryCard[];
}

/** One tag, resolved to its content. */
export interface ResolvedImage {
  repository: Repository;
  card: RepositoryCard;
  tag: string;
  digest: string;
  size: number;
  content: ImageContent;
}

/** Organizations, repositories and images, as one person may see them; kept in memory by informers. */
export class Catalogue {
  readonly organizations: Informer<Organization>;
  readonly repositories: Informer<Repository>;
  readonly images: Informer<Image>;
  readonly #content: ContentStore;
  readonly #index = new SearchIndex();
  readonly #kinds = new Map<string, Promise<string[]>>();

  constructor(informers: Informers, content: ContentStore) {
    this.organizations = informers.hub<Organization>("Organization");
    this.repositories = informers.hub<Repository>("Repository");
    this.images = informers.hub<Image>("Image");
    this.#content = content;
    this.repositories.subscribe((event) => {
      const id = event.object.metadata.name;
      if (event.type === "deleted") this.#index.delete(id);
      else this.#index.set(documentOf(event.object));
    });
  }

  /** Calls back when anything of the catalogue changed. */
  onChange(listener: () => void): () => void {
    const stops = [
      this.organizations.subscribe(listener),
      this.repositories.subscribe(listener),
      this.images.subscribe(listener),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Private repositories are seen by their organization's members only. */
  maySee(uid: string, repository: Repository): boolean {
    if ((repository.spec.visibility ?? "public") === "public") return true;
    const organization = this.organizations.get(undefined, repository.spec.organization);
    return (organization?.spec.members ?? []).some(({ user }) => user === uid);
  }

  /** Search, filters, facets and order. A facet counts what its own filter would leave. */
  list(uid: string, query: RepositoryQuery, locale: Locale): RepositoryPage {
    const { q = "", category, mode, offset = 0, limit = 48 } = query;
    const text = q.trim();
    const all = new Map(
      this.repositories
        .list()
        .filter((repository) => this.maySee(uid, repository))
        .map((repository) => [repository.metadata.name, this.#card(repository)] as const),
    );
    const found = text ? this.#index.find(text).flatMap(({ id }) => all.get(id) ?? []) : [...all.values()];
    const inCategory = (card: RepositoryCard) => !category || card.categories.includes(category);
    const inMode = (card: RepositoryCard) => !mode || card.mode === mode;
    const matches = found.filter((card) => inCategory(card) && inMode(card));
    const ordered = order(matches, query.sort ?? "relevance", text !== "", locale);
    const nearest =
      matches.length === 0
        ? (text ? this.#index.nearest(text, 6).flatMap((id) => all.get(id) ?? []) : [])
            .concat(found)
            .filter((card, at, cards) => cards.indexOf(card) === at)
            .slice(0, 6)
        : undefined;
    return {
      items: ordered.slice(offset, offset + limit),
      total: matches.length,
      categories: count(found.filter(inMode).flatMap((card) => card.categories)),
      modes: count(found.filter(inCategory).map((card) => card.mode)),
      ...(nearest && { nearest }),
    };
  }

  /** Throws `image-unknown` for a repository that is not there, or not for this person's eyes. */
  repository(uid: string, org: string, repo: string): { repository: Repository; card: RepositoryCard } {
    const repository = this.repositories.get(undefined, repositoryName(org, repo));
    if (!repository || !this.maySee(uid, repository))
      throw new SpokenProblem("repository-unknown", { image: `${org}/${repo}` });
    return { repository, card: this.#card(repository) };
  }

  /**
   * The tag's content, verified by digest. Without a tag: the latest version, because that says more than a tag
   * `latest`; asked for `latest` by name where no tag is called so: the same.
   */
  async resolve(uid: string, org: string, repo: string, wanted?: string): Promise<ResolvedImage> {
    const { repository, card } = this.repository(uid, org, repo);
    const tags = repository.status?.tags ?? [];
    const named = tags.some(({ name }) => name === wanted);
    const tag = wanted && (wanted !== "latest" || named) ? wanted : (card.latestTag ?? tags[0]?.name);
    const known = tags.find(({ name }) => name === tag);
    if (!known) throw new SpokenProblem("tag-unknown", { image: `${org}/${repo}`, tag });
    const content = await this.content(known.digest, `${org}/${repo}:${tag}`);
    return { repository, card, tag, digest: known.digest, size: known.size, content };
  }

  /** Whether images of this organization may change the whole cluster. */
  isTrusted(org: string): boolean {
    return this.organizations.get(undefined, org)?.spec.trusted === true;
  }

  /**
   * Content by a digest that the asker names: only what this repository has published, because the store holds
   * everybody's. Throws `content-missing`.
   */
  async published(org: string, repo: string, digest: string): Promise<ImageContent> {
    const image = `${org}/${repo}@${digest}`;
    if (!(await this.#content.holds(`${org}/${repo}`, digest)))
      throw new SpokenProblem("content-missing", { image });
    return this.content(digest, image);
  }

  async content(digest: string, image: string): Promise<ImageContent> {
    try {
      return (await this.#content.read(digest)).content;
    } catch (cause) {
      throw new SpokenProblem("content-missing", { image }, { cause });
    }
  }

  /** `Image` objects of a repository, by tag. */
  imagesOf(org: string, repo: string): Map<string, Image> {
    const names = [repositoryName(org, repo), `${org}/${repo}`];
    return new Map(
      this.images
        .list()
        .filter(({ spec }) => names.includes(spec.repository))
        .map((image) => [image.spec.tag, image]),
    );
  }

  /** The provider that makes a kind known to the cluster, for *requires*. */
  async providerOf(uid: string, apiVersion: string, kind: string): Promise<RepositoryCard | undefined> {
    for (const repository of this.repositories.list()) {
      if (repository.status?.mode !== "provider" || !this.maySee(uid, repository)) continue;
      if (!this.isTrusted(repository.spec.organization)) continue;
      if ((await this.#kindsOf(repository)).includes(`${group(apiVersion)}/${kind}`))
        return this.#card(repository);
    }
    return undefined;
  }

  #kindsOf(repository: Repository): Promise<string[]> {
    const tags = repository.status?.tags ?? [];
    const digest = (tags.find(({ name }) => name === repository.status?.latestTag) ?? tags[0])?.digest;
    if (!digest) return Promise.resolve([]);
    const known = this.#kinds.get(digest);
    if (known) return known;
    const kinds = this.#content.read(digest).then(
      ({ content }) =>
        (content.provider?.instances ?? []).map(({ apiVersion, kind }) => `${group(apiVersion)}/${kind}`),
      () => {
        this.#kinds.delete(digest);
        return [];
      },
    );
    this.#kinds.set(digest, kinds);
    return kinds;
  }

  #card(repository: Repository): RepositoryCard {
    return cardOf(repository, this.organizations.get(undefined, repository.spec.organization));
  }
}

function documentOf({ metadata, spec, status = {} }: Repository) {
  const i18n = Object.values({ ...status.i18n, ...spec.i18n });
  const words = (...parts: (string | string[] | undefined)[]) => parts.flat().filter(Boolean).join(" ");
  return {
    id: metadata.name,
    name: words(spec.repository, spec.organization),
    title: words(
      spec.title,
      status.title,
      i18n.flatMap(({ title }) => title ?? []),
    ),
    keywords: words(spec.keywords, status.keywords, spec.categories, status.categories),
    description: words(
      spec.description,
      status.description,
      i18n.flatMap(({ description }) => description ?? []),
    ),
  };
}

function order(
  cards: RepositoryCard[],
  sort: NonNullable<RepositoryQuery["sort"]>,
  searched: boolean,
  locale: Locale,
): RepositoryCard[] {
  if (sort === "relevance" && searched) return cards;
  const collator = new Intl.Collator(locale, { numeric: true });
  const title = (card: RepositoryCard) => card.i18n[locale]?.title ?? card.title;
  const byName = (a: RepositoryCard, b: RepositoryCard) => collator.compare(title(a), title(b));
  return [...cards].sort((a, b) => {
    if (sort === "name") return byName(a, b);
    if (sort === "updated") return b.updatedAt.localeCompare(a.updatedAt) || byName(a, b);
    return b.installs - a.installs || byName(a, b);
  });
}

function count<Name extends string>(names: Name[]): { name: Name; count: number }[] {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, number]) => ({ name, count: number }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

function group(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
