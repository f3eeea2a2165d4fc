import type { SourceFile } from "../model/image.ts";
import { ImageError } from "./error.ts";

/**
 * Takes the `Template` document out of a file as text: what follows it may be YAML only once its blocks are
 * rendered. Lines keep their numbers.
 */
export function splitHeader(text: string, path: string): { header: SourceFile; rest: SourceFile[] } {
  const lines = text.split("\n");
  const starts = [
    0,
    ...lines.flatMap((line, index) => (/^---(\s|$)/.test(line) && index > 0 ? [index] : [])),
    lines.length,
  ];
  const chunk = (from: number, to: number) => lines.slice(from, to).join("\n");
  const headers = starts.slice(0, -1).flatMap((from, index) => {
    const to = starts[index + 1] ?? lines.length;
    return isHeader(chunk(from, to)) ? [{ from, to }] : [];
  });
  const [header, second] = headers;
  if (!header) {
    throw new ImageError(
      [
        "there is no document with `apiVersion: app.sealos.io/v1` and `kind: Template`",
        "没有 `apiVersion: app.sealos.io/v1` 且 `kind: Template` 的文档",
      ],
      {
        file: path,
      },
    );
  }
  if (second)
    throw new ImageError(["there is a second Template document", "存在第二个 Template 文档"], {
      file: path,
      line: second.from + 1,
    });
  const rest: SourceFile[] = [];
  for (const [from, to] of [
    [0, header.from],
    [header.to, lines.length],
  ] as const) {
    const part = chunk(from, to);
    if (part.replace(/^---.*$/gm, "").trim()) rest.push({ path, text: part, line: from + 1 });
  }
  return { header: { path, text: chunk(header.from, header.to), line: header.from + 1 }, rest };
}

/** Whether a `Template` document is in the text, as far as its lines tell. */
export function isHeader(text: string): boolean {
  return (
    /^["']?kind["']?:\s*["']?Template["']?\s*(#.*)?$/m.test(text) &&
    /^["']?apiVersion["']?:\s*["']?app\.sealos\.io\/v\d\w*["']?\s*(#.*)?$/m.test(text)
  );
}
