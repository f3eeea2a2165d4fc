/** `labring/postgres` → `labring.postgres`, the name of its Repository and of its Provider. */
export function repositoryName(org: string, repo: string): string {
  return `${org}.${repo}`;
}

/** An image reference as people write it: `org/repo[:tag][@digest]`. */
export interface ImageReference {
  org: string;
  repo: string;
  tag: string;
  digest?: string;
}

const NAME = "[a-z0-9]+(?:[-][a-z0-9]+)*";
const REFERENCE = new RegExp(
  `^(${NAME})/(${NAME})(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[a-f0-9]{64}))?$`,
);

/** Parses `org/repo:tag`; the tag defaults to `latest`. Returns undefined when it is no such reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  const [, org = "", repo = "", tag = "latest", digest] = match;
  return digest ? { org, repo, tag, digest } : { org, repo, tag };
}

/**
 * Encodes a tag as part of an object name (RFC 1123): every legal tag gives a legal, distinct string.
 * Lower-case letters and digits stand for themselves; anything else becomes `-` and two hex digits.
 */
function encodeTag(tag: string): string {
  let out = "";
  for (const character of tag) {
    out += /[a-z0-9]/.test(character)
      ? character
      : `-${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  }
  return out.startsWith("-") ? `t${out}` : `t.${out}`;
}

/** Longest part of an object name that a tag takes; longer ones are cut and end in a digest of the whole. */
const LONGEST_TAG = 100;

/** Name of the Image of one tag: `<org>.<repo>.<encoded tag>`. Distinct tags have distinct names. */
export function imageName(org: string, repo: string, tag: string): string {
  const encoded = encodeTag(tag);
  // No encoded tag holds `-x`: what follows a dash is always two hexadecimal digits.
  const part =
    encoded.length <= LONGEST_TAG ? encoded : `${encoded.slice(0, LONGEST_TAG - 25)}-x${digestOf(encoded)}`;
  return `${repositoryName(org, repo)}.${part}`;
}

/** 23 hexadecimal digits from FNV-1a (https://datatracker.ietf.org/doc/html/rfc9923), which also runs in browsers. */
function digestOf(text: string): string {
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (const character of text) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(character.charCodeAt(0))) * 0x1000000000000000000013bn);
  }
  return hash.toString(16).padStart(32, "0").slice(0, 23);
}
