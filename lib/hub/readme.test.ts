import { expect, test } from "vitest";
import { renderReadme } from "./readme.ts";

const hostile = [
  `<script>alert(1)</script>`,
  `<img src=x onerror=alert(1)>`,
  `<svg onload=alert(1)><script>alert(1)</script></svg>`,
  `<a href="javascript:alert(1)">x</a>`,
  `[x](javascript:alert(1))`,
  `[x](JaVaScRiPt:alert(1))`,
  `[x](data:text/html;base64,PHNjcmlwdD4=)`,
  `<iframe src="https://evil.example"></iframe>`,
  `<form action="https://evil.example"><input name=a><button>go</button></form>`,
  `<style>body{display:none}</style>`,
  `<div style="position:fixed;inset:0">over</div>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example">`,
  `<base href="https://evil.example/">`,
  `<object data="https://evil.example"></object><embed src=x>`,
  `<p class="admin-button" onclick="x()">x</p>`,
  `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
  `<a href="//evil.example/x">x</a>`,
];

test.each(hostile)("takes everything active out of %s", async (markdown) => {
  const html = await renderReadme(markdown);
  const tags = [...html.matchAll(/<([a-z0-9]+)([^>]*)>/gi)].map(([, name = "", rest = ""]) => ({
    name: name.toLowerCase(),
    rest: rest.replace(/"[^"]*"/g, '""'),
  }));
  for (const { name, rest } of tags) {
    expect([
      "script",
      "iframe",
      "form",
      "input",
      "button",
      "style",
      "svg",
      "math",
      "img",
      "meta",
    ]).not.toContain(name);
    expect(["base", "object", "embed", "noscript"]).not.toContain(name);
    expect(rest).not.toMatch(/\s(on\w+|style|class|id)=/i);
  }
  expect(html).not.toMatch(/(href|src)="\s*(javascript|data|vbscript|\/\/)/i);
});

test("no image is fetched from the address that an author chose; its text stays as a link", async () => {
  const html = await renderReadme("![Screenshot](https://evil.example/pixel.png)");
  expect(html).not.toContain("<img");
  expect(html).toContain(">[Screenshot]</a>");
});

test("an image as a link's text does not nest links in a way that hides the target", async () => {
  const html = await renderReadme("[![Build](https://a.example/b.svg)](https://ci.example/)");
  expect(html).toContain('href="https://ci.example/"');
});

test("links to other sites open apart and carry nothing", async () => {
  const html = await renderReadme("[site](https://example.com/a?b=c)");
  expect(html).toContain('target="_blank"');
  expect(html).toMatch(/rel="noopener noreferrer nofollow ugc"/);
});

test("relative links lead nowhere, because they would lead into the console", async () => {
  expect(await renderReadme("[x](/api/auth/signout)")).not.toContain("href");
});

test("headings can be linked to, with names that cannot collide with the page's own", async () => {
  const html = await renderReadme("# Install\n\n[down](#install)\n\n## 安装");
  expect(html).toContain('<h2 id="readme-install">');
  expect(html).toContain('href="#readme-install"');
  expect(html).toContain('id="readme-安装"');
});

test("tables, task lists and code keep their shape", async () => {
  const html = await renderReadme("| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\necho hi\n```");
  expect(html).toContain("<table>");
  expect(html).toContain('class="language-sh"');
});
