import { ImageError, readIcon } from "../images/index.ts";
import type { RepositoryWords } from "../model/words.ts";
import type { SaidField } from "./messages.ts";

const mostOf = {
  title: 100,
  description: 1000,
  categories: 10,
  keywords: 30,
  word: 64,
  links: 20,
  linkName: 100,
  link: 2048,
  /** Bytes. */
  readme: 256 * 1024,
  readmeLine: 20_000,
  tableRows: 2_000,
  icon: 256 * 1024,
  releaseNotes: 16_000,
  reason: 1000,
} as const;

/** Everything that is wrong with the words, each at its field. `known` are the repository's tags. */
export function checkWords(words: RepositoryWords, known: ReadonlySet<string>): SaidField[] {
  const found: SaidField[] = [];
  const say = (field: string, sentence: SaidField["sentence"], params: SaidField["params"] = {}) =>
    found.push({ field, sentence, params });
  const short = (field: string, text: string | undefined, most: number) => {
    if ((text ?? "").length > most) say(field, "text-too-long", { most });
    if (hasControls(text ?? "")) say(field, "text-controls");
  };
  short("title", words.title, mostOf.title);
  short("titleZh", words.titleZh, mostOf.title);
  short("description", words.description, mostOf.description);
  short("descriptionZh", words.descriptionZh, mostOf.description);
  for (const field of ["categories", "keywords"] as const) {
    const list = words[field] ?? [];
    if (list.length > mostOf[field]) say(field, "list-too-long", { most: mostOf[field] });
    for (const word of list) short(field, word, mostOf.word);
    if (new Set(list).size < list.length) say(field, "list-repeats");
  }
  if ((words.links ?? []).length > mostOf.links) say("links", "list-too-long", { most: mostOf.links });
  for (const [index, { name, url }] of (words.links ?? []).entries()) {
    const field = `links.${index}`;
    if (!name.trim()) say(field, "link-name");
    short(field, name, mostOf.linkName);
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url) || url.length > mostOf.link)
      say(field, "link-address", { link: url.slice(0, 80) });
  }
  checkReadme("readmeEn", words.readmeEn, say);
  checkReadme("readmeZh", words.readmeZh, say);
  checkIcon(words.icon, say);
  if (words.latest !== undefined && !known.has(words.latest))
    say("latest", "tag-not-there", { tag: words.latest });
  for (const { name, releaseNotes, deprecatedReason } of words.tags ?? []) {
    const field = `tags.${name}`;
    if (!known.has(name)) say(field, "tag-not-there", { tag: name });
    if ((releaseNotes ?? "").length > mostOf.releaseNotes)
      say(`${field}.releaseNotes`, "text-too-long", { most: mostOf.releaseNotes });
    short(`${field}.deprecatedReason`, deprecatedReason, mostOf.reason);
  }
  const names = (words.tags ?? []).map(({ name }) => name);
  if (new Set(names).size < names.length) say("tags", "list-repeats");
  return found;
}

type Say = (field: string, sentence: SaidField["sentence"], params?: SaidField["params"]) => void;

/** What a README shows is made safe when it is shown; here only what nobody could read is refused. */
function checkReadme(field: string, text: string | undefined, say: Say): void {
  if (text === undefined) return;
  const size = Buffer.byteLength(text);
  if (size > mostOf.readme) {
    say(field, "readme-too-large", { size: kib(size), most: kib(mostOf.readme) });
    return;
  }
  if (text.includes("\0")) say(field, "text-controls");
  const lines = text.split("\n");
  const long = lines.findIndex((line) => line.length > mostOf.readmeLine);
  if (long >= 0) say(field, "readme-line-too-long", { line: long + 1, most: mostOf.readmeLine });
  let rows = 0;
  for (const [index, line] of lines.entries()) {
    rows = line.includes("|") ? rows + 1 : 0;
    if (rows > mostOf.tableRows) {
      say(field, "readme-table-too-long", { line: index + 1, most: mostOf.tableRows });
      return;
    }
  }
}

const DATA = /^data:(image\/(?:png|webp|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})$/;

/** The type that an icon claims has to be the one that its bytes have. */
function checkIcon(icon: string | undefined, say: Say): void {
  if (icon === undefined) return;
  const decoded = decodeIcon(icon);
  if (!decoded) {
    say("icon", "icon-type");
    return;
  }
  const { claimed, data } = decoded;
  if (data.byteLength > mostOf.icon) {
    say("icon", "icon-too-large", { size: kib(data.byteLength), most: kib(mostOf.icon) });
    return;
  }
  try {
    const { mediaType } = readIcon(data, "icon");
    if (mediaType !== claimed) say("icon", "icon-other-type", { claimed, found: mediaType });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    say("icon", "icon-refused", { message: error.message, "message-zh": error.zh });
  }
}

/** The bytes of an icon as they are kept; undefined for what is no `data:` URI of a picture. */
export function decodeIcon(icon: string): { claimed: string; data: Uint8Array } | undefined {
  const [, claimed, base64] = DATA.exec(icon) ?? [];
  return claimed && base64 ? { claimed, data: Buffer.from(base64, "base64") } : undefined;
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(text);
}

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
