/** So much of a README is searched: what a person would call its beginning. It bounds the memory that READMEs take. */
const SEARCHED = 12_000;

/**
 * A README without its signs, for searching and for snippets. It only has to be readable: it is never shown as HTML.
 * Every pattern is linear, because whoever wrote the README may want to keep us busy.
 */
export function plainText(markdown: string): string {
  return markdown
    .slice(0, SEARCHED)
    .replace(/<!--[\s\S]*?(?:-->|$)/g, " ")
    .replace(/<[^<>]{0,500}>/g, " ")
    .replace(/!?\[([^[\]]{0,300})\]\([^()\s]{0,500}[^()]{0,200}\)/g, "$1")
    .replace(/https?:\/\/\S{0,500}/g, " ")
    .replace(/^[ \t]*(?:#{1,6}|[-*+>]|\d{1,3}[.)])[ \t]/gm, "")
    .replace(/^[-=:\s|]{3,}$/gm, " ")
    .replace(/[`*_~|]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
