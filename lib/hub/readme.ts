import rehypeRaw from "rehype-raw";
import rehypeSanitize, { defaultSchema, type Options } from "rehype-sanitize";
import rehypeSlug from "rehype-slug";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

/** As much of hast as is needed here. */
interface Node {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

const MAX_CHARACTERS = 512 * 1024;

/** GitHub's own allow-list, narrowed: no ids but our slugs, no forms, no addresses but http(s), mailto and anchors. */
const schema: Options = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter((name) => !["input", "picture", "source"].includes(name)),
  clobberPrefix: "readme-",
  attributes: {
    ...defaultSchema.attributes,
    a: ["href"],
    img: ["src", "alt"],
    "*": ["align", "colSpan", "rowSpan", "start", "dir", "lang", "open"],
    code: [["className", /^language-[\w-]+$/]],
  },
  protocols: { href: ["http", "https", "mailto"], src: ["https", "http"] },
};

/**
 * A README as HTML that is safe to put into our pages: no scripts, styles, forms or frames, no image from anybody's
 * server (its alternative text stays, as a link), links that open apart and carry nothing, headings with anchors.
 * `headings` are one level lower than written, because the page has its own first-level heading.
 */
export async function renderReadme(markdown: string): Promise<string> {
  const file = await unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: "readme-" })
    .use(rehypeRaw)
    .use(rehypeSanitize, schema)
    .use(rehypeSlug, { prefix: "readme-" })
    .use(() => (tree) => harden(tree as Node))
    .use(rehypeStringify)
    .process(markdown.slice(0, MAX_CHARACTERS));
  return String(file);
}

function harden(node: Node): void {
  for (const child of node.children ?? []) {
    if (child.tagName === "img") replaceImage(child);
    else if (child.tagName === "a") hardenLink(child);
    else if (/^h[1-5]$/.test(child.tagName ?? "")) child.tagName = `h${Number(child.tagName?.[1]) + 1}`;
    else if (child.tagName === "pre") child.properties = { ...child.properties, tabIndex: 0 };
    harden(child);
  }
}

function hardenLink(link: Node): void {
  const href = typeof link.properties?.href === "string" ? link.properties.href : "";
  if (href.startsWith("#")) link.properties = { href: `#readme-${href.slice(1).replace(/^readme-/, "")}` };
  else if (isRemote(href) || href.startsWith("mailto:"))
    link.properties = { href, target: "_blank", rel: ["noopener", "noreferrer", "nofollow", "ugc"] };
  // A relative address would lead into the console itself.
  else link.properties = {};
}

/** Fetching it would tell the image's author who reads, and from where. */
function replaceImage(image: Node): void {
  const { alt, src } = image.properties ?? {};
  const text = typeof alt === "string" && alt.trim() ? alt.trim() : "image";
  const words: Node = { type: "text", value: `[${text}]` };
  if (typeof src === "string" && isRemote(src)) {
    image.tagName = "a";
    image.properties = { href: src };
    image.children = [words];
    hardenLink(image);
  } else {
    image.tagName = "span";
    image.properties = {};
    image.children = [words];
  }
}

function isRemote(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
