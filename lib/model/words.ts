import { diff3Merge } from "node-diff3";
import type { Localized, Repository, TagWords } from "./resources.ts";

/** What people edit in a repository's page. An absent field leaves the word to the image. */
export interface RepositoryWords {
  title?: string;
  description?: string;
  /** Title and description in Chinese. */
  titleZh?: string;
  descriptionZh?: string;
  categories?: string[];
  keywords?: string[];
  links?: { name: string; url: string }[];
  /** A `data:` URI. */
  icon?: string;
  readmeEn?: string;
  readmeZh?: string;
  latest?: string;
  tags?: TagWords[];
}

export type WordsField = keyof RepositoryWords;

const wordsFields = [
  "title",
  "titleZh",
  "description",
  "descriptionZh",
  "categories",
  "keywords",
  "links",
  "icon",
  "readmeEn",
  "readmeZh",
  "latest",
  "tags",
] as const satisfies WordsField[];

/** The editable part of a Repository. */
export function wordsOf({ spec }: Pick<Repository, "spec">): RepositoryWords {
  const zh = spec.i18n?.zh;
  return withoutEmpty({
    title: spec.title,
    description: spec.description,
    titleZh: zh?.title,
    descriptionZh: zh?.description,
    categories: spec.categories,
    keywords: spec.keywords,
    links: spec.links,
    icon: spec.icon,
    readmeEn: spec.readmes?.en ?? spec.readme,
    readmeZh: spec.readmes?.zh,
    latest: spec.latest,
    tags: spec.tags,
  });
}

/** The spec with other words; everything else in it stays. */
export function withWords(spec: Repository["spec"], words: RepositoryWords): Repository["spec"] {
  const { zh: _, ...otherI18n } = spec.i18n ?? {};
  const zh: Localized = {
    ...(words.titleZh && { title: words.titleZh }),
    ...(words.descriptionZh && { description: words.descriptionZh }),
  };
  const i18n = { ...otherI18n, ...(Object.keys(zh).length > 0 && { zh }) };
  const { en: _en, zh: _zh, ...otherReadmes } = spec.readmes ?? {};
  const readmes = {
    ...otherReadmes,
    ...(words.readmeEn && { en: words.readmeEn }),
    ...(words.readmeZh && { zh: words.readmeZh }),
  };
  const next: Repository["spec"] = { ...spec };
  for (const field of [
    "title",
    "description",
    "categories",
    "keywords",
    "links",
    "icon",
    "latest",
    "tags",
  ] as const)
    assign(next, field, words[field]);
  delete next.readme;
  assign(next, "i18n", Object.keys(i18n).length > 0 ? i18n : undefined);
  assign(next, "readmes", Object.keys(readmes).length > 0 ? readmes : undefined);
  return next;
}

function assign<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): void {
  if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) delete object[key];
  else object[key] = value;
}

/** Empty text and empty lists say nothing: the image's words are shown. */
export function withoutEmpty(
  words: { [Field in WordsField]?: RepositoryWords[Field] | undefined },
): RepositoryWords {
  return Object.fromEntries(
    Object.entries(words).filter(
      ([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** Fields in which two versions differ. */
export function changedFields(before: RepositoryWords, after: RepositoryWords): WordsField[] {
  return wordsFields.filter((field) => !same(before[field], after[field]));
}

export interface MergedWords {
  words: RepositoryWords;
  /** Fields that both changed, differently; in `words` they are as in `mine`. */
  conflicts: WordsField[];
  /** Fields that hold what the other has changed. */
  taken: WordsField[];
}

/**
 * Brings two people's changes to the same words together. Different fields never get in each other's way; of READMEs
 * and lists, different places do not either. What cannot be told apart is a conflict.
 */
export function mergeWords(
  base: RepositoryWords,
  mine: RepositoryWords,
  theirs: RepositoryWords,
): MergedWords {
  const words: Record<string, unknown> = { ...mine };
  const conflicts: WordsField[] = [];
  const taken: WordsField[] = [];
  for (const field of changedFields(base, theirs)) {
    if (same(mine[field], theirs[field])) continue;
    const merged = same(mine[field], base[field])
      ? { value: theirs[field] }
      : mergeField(base[field], mine[field], theirs[field]);
    if (merged) {
      words[field] = merged.value;
      taken.push(field);
    } else conflicts.push(field);
  }
  return { words: withoutEmpty(words), conflicts, taken };
}

type Value = RepositoryWords[WordsField];

function mergeField(base: Value, mine: Value, theirs: Value): { value: unknown } | undefined {
  if (Array.isArray(mine ?? theirs)) return mergeLists(asList(base), asList(mine), asList(theirs));
  const [a, o, b] = [mine, base, theirs].map((text) => String(text ?? ""));
  // A line of its own cannot be merged: only texts of several lines have places.
  if (![a, b].every((text) => text?.includes("\n"))) return undefined;
  const parts = diff3Merge((a ?? "").split("\n"), (o ?? "").split("\n"), (b ?? "").split("\n"));
  if (parts.some(({ conflict }) => conflict)) return undefined;
  return { value: parts.flatMap(({ ok }) => ok ?? []).join("\n") };
}

/** By what names an entry: its own text, its name, or its address. An entry changed by both is a conflict. */
function mergeLists(base: unknown[], mine: unknown[], theirs: unknown[]): { value: unknown[] } | undefined {
  const [old, left, right] = [base, mine, theirs].map(
    (list) => new Map(list.map((item) => [keyOf(item), item])),
  );
  if (!old || !left || !right) return undefined;
  const value: unknown[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [o, a, b] = [old.get(key), left.get(key), right.get(key)];
    const item = same(a, o) ? b : same(b, o) || same(a, b) ? a : CONFLICT;
    if (item === CONFLICT) return undefined;
    if (item !== undefined) value.push(item);
  }
  return { value };
}

const CONFLICT = Symbol("both changed it");

function keyOf(item: unknown): string {
  return typeof item === "object" && item !== null && "name" in item
    ? String(item.name)
    : JSON.stringify(item);
}

function asList(value: Value): unknown[] {
  return Array.isArray(value) ? value : [];
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
