import { expect, test } from "vitest";
import { renderReadmeApart } from "./readme-thread.ts";

test("an ordinary README becomes HTML", async () => {
  expect(await renderReadmeApart("# Hello\n\n*world*", 30_000)).toContain("<em>world</em>");
});

test("a README that takes too long is shown as text, and nothing in it is markup", async () => {
  const hostile = `<script>alert(1)</script>\n${"|a".repeat(5000)}\n${"|-".repeat(5000)}\n${"|\n".repeat(100)}`;
  const html = await renderReadmeApart(hostile, 300);
  expect(html).toMatch(/^<pre tabindex="0">&#60;script&#62;/);
  expect(html.slice(6, -6)).not.toContain("<");
});

test("a README that nests too deeply is shown as text", async () => {
  expect(await renderReadmeApart("<b>".repeat(7000), 30_000)).toMatch(/^<pre tabindex="0">&#60;b&#62;/);
});
