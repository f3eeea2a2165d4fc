const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const SPLIT = /[^\p{L}\p{N}]+/u;
/** Longer runs without a space are noise: digests, base64. */
const LONGEST = 40;

const ASCII = /^[\x20-\x7e\s]*$/;

/** As it is compared: `Café` → `cafe`. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function plainTokens(text: string): string[] {
  return folded(text)
    .split(SPLIT)
    .filter((word) => word !== "" && word.length <= LONGEST);
}

function pairs(run: string): string[] {
  const characters = [...run];
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/**
 * Tokens to index, each once. Chinese has no spaces: every character and every pair of neighbours, so that however a
 * query is cut, its pairs are there.
 */
export function indexTokens(text: string): string[] {
  const tokens = new Set(plainTokens(text.replace(CJK, " ")));
  for (const [run] of text.matchAll(CJK)) {
    for (const character of run) tokens.add(character);
    for (const pair of pairs(run)) tokens.add(pair);
  }
  return [...tokens];
}

/** Tokens of a query: a run of Chinese becomes its pairs, a single character stays. */
export function queryTokens(text: string): string[] {
  const tokens = new Set(plainTokens(text.replace(CJK, " ")));
  for (const [run] of text.matchAll(CJK)) {
    const all = pairs(run);
    for (const token of all.length > 0 ? all : [run]) tokens.add(token);
  }
  return [...tokens];
}
