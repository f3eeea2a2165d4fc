import type { Informer } from "../cluster/index.ts";
import { onlyChecked } from "../install/compare.ts";
import type { ImageContent } from "../model/image.ts";
import type { Locale } from "../model/locale.ts";
import { imageName, repositoryName } from "../model/names.ts";
import type { RepositoryCard, RepositoryPage } from "../model/repository-views.ts";
import type { Image, Organization, Repository, Requirement } from "../model/resources.ts";
import type { HubImages } from "../sources/index.ts";
import { cardOf, signerOf } from "./cards.ts";
import type { Informers } from "./informers.ts";
import { SpokenProblem } from "./messages.ts";
import { RegistryReadmes } from "./registry-readmes.ts";
import type { Filters } from "./search/facets.ts";
import { type Entry, type Listed, Listing, marksOf } from "./search/listing.ts";
import type { Sort } from "./search/orders.ts";
import type { ReadmeSource, ToSearch } from "./search/protocol.ts";
import { PUBLIC } from "./search/scopes.ts";
import type { Found } from "./search/search-index.ts";
import { SearchThread } from "./search/search-thread.ts";

export interface RepositoryQuery extends Filters {
  q?: string;
  sort?: Sort;
  offset?: number;
  limit?: number;
}

/** So many are shown when nothing fits. */
const MOST_NEAREST = 6;

/** Where contents are read from. */
type Contents = Pick<HubImages, "root" | "holds" | "read" | "readmes">;

/** One tag, resolved to its content. */
export interface ResolvedImage {
  repository: Repository;
  card: RepositoryCard;
  tag: string;
  digest: string;
  size: number;
  content: ImageContent;
  /** By its digest; the tag may stand for another image now. */
  pinned?: true;
}

/** Organizations, repositories and images, as one person may see them; kept in memory by informers. */
export class Catalogue {
  readonly organizations: Informer<Organization>;
  readonly repositories: Informer<Repository>;
  readonly images: Informer<Image>;
  readonly #content: Contents;
  readonly #search: SearchThread;
  readonly #readmes: RegistryReadmes;
  readonly #listing = new Listing((name) => this.#listed(name));
  readonly #kinds = new Map<string, Promise<string[]>>();

  constructor(informers: Informers, content: Contents, onSearchFailure: (error: unknown) => void) {
    this.organizations = informers.hub<Organization>("Organization");
    this.repositories = informers.hub<Repository>("Repository");
    this.images = informers.hub<Image>("Image");
    this.#content = content;
    this.#readmes = new RegistryReadmes(content);
    const fetch = (digest: string, repository: string) => this.#readmes.read(digest, repository);
    this.#search = new SearchThread(content.root, fetch, onSearchFailure);
    this.repositories.subscribe((event) => {
      if (event.type === "modified" && onlyChecked(event.previous, event.object)) return;
      const { name } = event.object.metadata;
      this.#listing.changed(name);
      const number = this.#listing.numberOf(name);
      if (event.type === "deleted") this.#search.delete(number);
      else this.#search.set(toSearch(number, event.object));
    });
    this.organizations.subscribe(({ object }) => this.#listing.organizationChanged(object.metadata.name));
    this.images.subscribe(({ object }) => this.#listing.changed(object.spec.repository.replace("/", ".")));
  }

  /** Calls back when anything of the catalogue changed. */
  onChange(listener: () => void): () => void {
    const stops = [
      this.organizations.subscribe(listener),
      this.repositories.subscribe(({ type, object, previous }) => {
        if (type !== "modified" || !onlyChecked(previous, object)) listener();
      }),
      this.images.subscribe(listener),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Private repositories are seen by their organization's members only. */
  maySee(uid: string, repository: Repository): boolean {
    if (isPublic(repository)) return true;
    const organization = this.organizations.get(undefined, repository.spec.organization);
    return organization !== undefined && isMember(organization, uid);
  }

  #organizationsOf(uid: string): string[] {
    const all = this.organizations.list();
    return all.filter((each) => isMember(each, uid)).map(({ metadata }) => metadata.name);
  }

  /** Search, filters, facets and order, over what this person may see. A facet counts what its own filter would leave. */
  async list(uid: string, query: RepositoryQuery, locale: Locale): Promise<RepositoryPage> {
    const { q = "", sort = "relevance", offset = 0, limit = 48, ...filters } = query;
    const text = q.trim();
    const organizations = new Set(this.#organizationsOf(uid));
    const scopes = [PUBLIC, ...organizations];
    const found = text ? await this.#search.find(scopes, text) : undefined;
    const { entries, fitting, total, facets } = this.#listing.page({
      filters,
      sort,
      offset,
      limit,
      locale,
      organizations,
      ...(found && { found: { ...found, query: text } }),
    });
    const page = {
      items: found ? await this.#marked(entries, found, locale) : entries.map(({ card }) => card),
      total,
      ...facets,
    };
    if (total > 0) return page;
    const close = text ? await this.#search.nearest(scopes, text) : [];
    const nearest = new Set([...this.#listing.seen({ organizations }, close), ...fitting]);
    return { ...page, nearest: [...nearest].slice(0, MOST_NEAREST).map(({ card }) => card) };
  }

  /** Resolves once every README of the content store can be found. */
  searchable(): ReturnType<SearchThread["settled"]> {
    return this.#search.settled();
  }

  stop(): void {
    this.#search.stop();
    this.#readmes.stop();
  }

  /** Throws `image-unknown` for a repository that is not there, or not for this person's eyes. */
  repository(uid: string, org: string, repo: string): { repository: Repository; card: RepositoryCard } {
    const repository = this.repositories.get(undefined, repositoryName(org, repo));
    if (!repository || !this.maySee(uid, repository))
      throw new SpokenProblem("repository-unknown", { image: `${org}/${repo}` });
    return { repository, card: this.cardOf(repository) };
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

  /** An image by its digest, with the tag that it had. Throws `content-missing` once it is gone. */
  async pinned(
    uid: string,
    org: string,
    repo: string,
    { tag, digest }: { tag: string; digest: string },
  ): Promise<ResolvedImage> {
    const { repository, card } = this.repository(uid, org, repo);
    const content = await this.published(org, repo, digest);
    const size = repository.status?.tags?.find((each) => each.digest === digest)?.size ?? 0;
    return { repository, card, tag, digest, size, content, pinned: true };
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
      return (await this.#content.read(digest, image.split(/[:@]/)[0])).content;
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
        return this.cardOf(repository);
    }
    return undefined;
  }

  #kindsOf(repository: Repository): Promise<string[]> {
    const tags = repository.status?.tags ?? [];
    const digest = (tags.find(({ name }) => name === repository.status?.latestTag) ?? tags[0])?.digest;
    if (!digest) return Promise.resolve([]);
    const known = this.#kinds.get(digest);
    if (known) return known;
    const kinds = this.#content.read(digest, repository.metadata.name).then(
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

  async #marked(entries: Entry[], found: Found, locale: Locale): Promise<RepositoryPage["items"]> {
    const meant = new Set(found.meant);
    const marks = entries.map(({ card }) => marksOf(card, locale, found.typed, meant));
    const incomplete = entries.filter((_, at) => !marks[at]?.complete).map(({ number }) => number);
    const snippets = await this.#search.snippets(incomplete, found);
    const snippetOf = new Map(incomplete.map((number, at) => [number, snippets[at]]));
    return entries.map(({ card, number }, at) => {
      const snippet = snippetOf.get(number);
      return { ...card, marks: { ...marks[at]?.marks, ...(snippet && { snippet }) } };
    });
  }

  #listed(name: string): Listed | undefined {
    const repository = this.repositories.get(undefined, name);
    if (!repository) return undefined;
    const card = this.cardOf(repository);
    const image = this.images.get(undefined, imageName(card.org, card.repo, card.latestTag));
    const needs = [...new Set((image?.spec.requires ?? []).map(needOf))];
    return { card, needs, isPublic: isPublic(repository) };
  }

  cardOf(repository: Repository): RepositoryCard {
    const card = cardOf(repository, this.organizations.get(undefined, repository.spec.organization));
    const signedBy = signerOf(this.images.get(undefined, imageName(card.org, card.repo, card.latestTag)));
    return signedBy ? { ...card, signedBy } : card;
  }
}

const isPublic = ({ spec }: Repository) => (spec.visibility ?? "public") === "public";

function documentOf({ spec, status = {} }: Repository) {
  const i18n = Object.values({ ...status.i18n, ...spec.i18n });
  const words = (...parts: (string | string[] | undefined)[]) => parts.flat().filter(Boolean).join(" ");
  return {
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

function isMember({ spec }: Organization, uid: string): boolean {
  return (spec.members ?? []).some(({ user }) => user === uid);
}

function toSearch(number: number, repository: Repository): ToSearch {
  const scope = isPublic(repository) ? PUBLIC : repository.spec.organization;
  return { set: { number, ...documentOf(repository) }, scope, readme: readmeOf(repository) };
}

/** The README of the newest tag, and what the repository's own words put in its place. */
function readmeOf({ metadata, spec, status = {} }: Repository): ReadmeSource {
  const tags = status.tags ?? [];
  const digest = (tags.find(({ name }) => name === status.latestTag) ?? tags[0])?.digest;
  const overrides = { ...(spec.readme && { en: spec.readme }), ...spec.readmes };
  const elsewhere = Boolean(spec.source) && spec.source !== "content";
  return { ...(digest && { digest }), ...(elsewhere && { repository: metadata.name }), overrides };
}

function needOf(requirement: Requirement): string {
  if ("image" in requirement) return requirement.image.replace(/[:@].*$/, "");
  const of = group(requirement.apiVersion);
  return of ? `${of}/${requirement.kind}` : requirement.kind;
}

function group(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
