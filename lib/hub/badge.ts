import type { Locale } from "../model/locale.ts";
import type { Hub } from "./hub.ts";
import { escaped, publicCard, titleOf } from "./public-card.ts";

const words = {
  en: { install: "Install on Sealos", unknown: "no such image" },
  zh: { install: "安装到 Sealos", unknown: "没有此镜像" },
};
const LONGEST = 40;
const FRESH_SECONDS = 300;

/** A badge for READMEs elsewhere: the title and the latest tag of a public image. Anything else is unknown, and grey. */
export function badge(hub: Hub, org: string, repo: string, locale: Locale): Response {
  const card = publicCard(hub, org, repo);
  const said = words[locale];
  const message = card ? shortened(`${titleOf(card, locale)} ${card.latestTag}`) : said.unknown;
  return new Response(drawn(said.install, message, card ? "#2563eb" : "#6b7280"), {
    status: card ? 200 : 404,
    headers: {
      "content-type": "image/svg+xml; charset=utf-8",
      "cache-control": `public, max-age=${FRESH_SECONDS}`,
      "cross-origin-resource-policy": "cross-origin",
      "access-control-allow-origin": "*",
    },
  });
}

function drawn(label: string, message: string, colour: string): string {
  const left = widthOf(label) + 14;
  const right = widthOf(message) + 14;
  const width = left + right;
  const name = escaped(`${label}: ${message}`);
  const text = (at: number, words: string, length: number) =>
    `<text x="${at}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${name}">`,
    `<title>${name}</title>`,
    `<clipPath id="r"><rect width="${width}" height="20" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#374151"/>`,
    `<rect x="${left}" width="${right}" height="20" fill="${colour}"/></g>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,'Noto Sans SC',sans-serif" font-size="11">`,
    text(left / 2, label, left - 14),
    text(left + right / 2, message, right - 14),
    "</g></svg>",
  ].join("");
}

/** In pixels, near enough: the drawing stretches the words to it. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 11 : /[ijl.,:;'|I ]/.test(character) ? 4 : 6.8;
  return Math.ceil(width);
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : text;
}
