import { ImageError, type Sentence } from "./error.ts";
import { limits } from "./limits.ts";

export interface Icon {
  mediaType: string;
  data: Uint8Array;
}

/**
 * Headers for serving an image's icon from our own origin. An SVG is drawn by `<img>`, where scripts never run;
 * opened on its own it gets an opaque origin and may load nothing.
 */
export const iconHeaders = {
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

/** What must not be in an SVG: programs, foreign documents, addresses elsewhere, entities that unfold. */
const ACTIVE_SVG: [pattern: RegExp, ...what: Sentence][] = [
  [/<!(DOCTYPE|ENTITY)/i, "a document type", "文档类型声明"],
  [
    /<\s*(?:[\w-]+:)?(script|foreignObject|iframe|object|embed|audio|video|handler|set|animate)\b/i,
    "an active element",
    "活动元素",
  ],
  [/[\s"'/]on[a-z]+\s*=/i, "an event handler", "事件处理程序"],
  [
    /(href|src)\s*=\s*["']?\s*(?!["'#]|data:image\/(png|jpeg|webp|gif)[;,])[^\s"'>]/i,
    "an address outside the icon",
    "图标之外的地址",
  ],
  [
    /@import|url\s*\(\s*["']?\s*(?!["'#)]|data:image\/(png|jpeg|webp|gif)[;,])/i,
    "a style that loads something",
    "会加载外部内容的样式",
  ],
  [/<\?xml-stylesheet/i, "a style sheet elsewhere", "外部样式表"],
];

/** Decides an icon's type by its bytes, not by its name. @throws ImageError when it is none we serve. */
export function readIcon(data: Uint8Array, file: string): Icon {
  if (data.byteLength > limits.icon) {
    throw new ImageError(
      [`the icon is larger than ${limits.icon / 1024} KiB`, `图标大于 ${limits.icon / 1024} KiB`],
      { file },
    );
  }
  if (begins(data, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { mediaType: "image/png", data };
  if (begins(data, [0x52, 0x49, 0x46, 0x46]) && begins(data.subarray(8), [0x57, 0x45, 0x42, 0x50])) {
    return { mediaType: "image/webp", data };
  }
  const svg = decode(data);
  if (svg === undefined || !/^\s*(<\?xml[^>]*\?>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(svg)) {
    throw new ImageError(["the icon is neither SVG, PNG nor WebP", "图标不是 SVG、PNG 或 WebP"], { file });
  }
  // Character references could spell what the patterns look for.
  const spelled = svg.replace(/&#(?:x([0-9a-f]+)|(\d+));?/gi, (_, hex?: string, decimal?: string) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
  for (const [pattern, en, zh] of ACTIVE_SVG) {
    const found = pattern.exec(spelled);
    if (found) {
      const line = spelled.slice(0, found.index).split("\n").length;
      throw new ImageError(
        [`the icon holds ${en}; icons are drawings only`, `图标含有${zh}；图标只能是图形`],
        { file, line },
      );
    }
  }
  return { mediaType: "image/svg+xml", data };
}

function begins(data: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, index) => data[index] === byte);
}

function decode(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return undefined; // Not text, so not an SVG either.
  }
}
