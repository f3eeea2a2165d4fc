import type { Locale } from "../model/locale.ts";
import type { Hub } from "./hub.ts";
import { escaped, publicCard, titleOf } from "./public-card.ts";

const words = {
  en: { show: "Show in Sealos Hub", unknown: "There is no such image, or it is not public.", by: "by" },
  zh: { show: "在 Sealos Hub 中查看", unknown: "没有此镜像，或者它不公开。", by: "发布者：" },
};

const STYLE = `
:root{color-scheme:light dark}
*{box-sizing:border-box;margin:0}
body{font:14px/1.5 system-ui,"PingFang SC","Noto Sans SC",sans-serif;padding:8px;background:transparent;color:light-dark(#1b1f24,#e8eaed)}
main{display:flex;gap:12px;align-items:flex-start;border:1px solid light-dark(#dfe3e8,#32383f);border-radius:10px;padding:16px;background:light-dark(#fff,#181c21)}
img{width:44px;height:44px;border-radius:10px}
div{min-width:0;flex:1}
h1{font-size:16px;line-height:1.25;overflow-wrap:anywhere}
p{color:light-dark(#59626d,#a3acb7);font-size:13px;overflow-wrap:anywhere}
.line{margin-top:4px;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
a{display:inline-flex;align-items:center;min-height:32px;margin-top:12px;padding:0 12px;border-radius:6px;background:#2563eb;color:#fff;text-decoration:none;font-weight:500}
a:focus-visible{outline:2px solid light-dark(#1d4ed8,#93c5fd);outline-offset:2px}`;

/**
 * The card that other sites may put into a frame: a document of its own, without scripts and without asking who looks.
 * Its one link opens the image's page in a new tab; nothing in it acts. proxy.ts lets it be framed, and shuts it off
 * from our origin.
 */
export async function embedCard(hub: Hub, org: string, repo: string, locale: Locale): Promise<Response> {
  const card = publicCard(hub, org, repo);
  const said = words[locale];
  let body = `<main><p>${escaped(said.unknown)}</p></main>`;
  if (card) {
    const description = card.i18n[locale]?.description ?? card.description;
    const address = new URL(`/hub/${org}/${repo}`, hub.config.url).href;
    const icon = await iconOf(hub, org, repo);
    body = [
      "<main>",
      icon ? `<img src="${icon}" alt="">` : "",
      `<div><h1>${escaped(titleOf(card, locale))}</h1>`,
      `<p>${escaped(`${said.by} ${card.orgTitle} · ${card.latestTag}`)}</p>`,
      `<p class="line">${escaped(description)}</p>`,
      `<a href="${escaped(address)}" target="_blank" rel="noopener">${escaped(said.show)}</a></div></main>`,
    ].join("");
  }
  const title = card ? titleOf(card, locale) : said.unknown;
  const html = `<!doctype html><html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><body>${body}</body></html>`;
  return new Response(html, {
    status: card ? 200 : 404,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "public, max-age=60",
      vary: "accept-language",
    },
  });
}

/** Within the document, because a document that is shut off from our origin can ask for nothing there. */
async function iconOf(hub: Hub, org: string, repo: string): Promise<string | undefined> {
  const { repositories } = hub.catalogue;
  const tags = repositories.get(undefined, `${org}.${repo}`)?.status;
  const digest = (tags?.tags?.find(({ name }) => name === tags.latestTag) ?? tags?.tags?.[0])?.digest;
  if (!digest) return undefined;
  try {
    const { icon } = (await hub.content.read(digest)).content;
    return icon && `data:${icon.mediaType};base64,${Buffer.from(icon.data).toString("base64")}`;
  } catch (error) {
    hub.log.debug({ err: error, image: `${org}/${repo}` }, "an icon could not be read");
    return undefined;
  }
}
