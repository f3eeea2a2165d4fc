import { expect, test } from "vitest";
import { ImageError } from "./error.ts";
import { readImage } from "./read.ts";
import { readImageApart } from "./read-apart.ts";

const app = "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: demo }\nspec: { title: Demo }\n";
const map = (name: number) =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m${name} }\ndata: { a: ${"x".repeat(400)} }\n`;
const image = (manifests: string) =>
  new Map([
    ["app.yaml", Buffer.from(app)],
    ["icon.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')],
    ["manifests/a.yaml", Buffer.from(manifests)],
  ]);
const large = Array.from({ length: 400 }, (_, index) => map(index)).join("");

test("a large image is read as a small one is, while others have their turn", async () => {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const read = await readImageApart(image(large));
  clearInterval(timer);
  expect(longest).toBeGreaterThan(0);
  expect(read).toEqual(structuredClone(readImage(image(large))));
});

test("what is wrong with it is told with file and line, in both languages", async () => {
  const error = await readImageApart(image(`${large}---\na: [`)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ImageError);
  const line = large.split("\n").length + 1;
  expect(error).toMatchObject({
    file: "manifests/a.yaml",
    line,
    message: expect.stringMatching(new RegExp(`^manifests/a.yaml:${line}: this is not YAML`)),
    zh: expect.stringContaining("这不是有效的 YAML"),
  });
});

test.for(["app", "README.md", "icon.svg"])("what a command names is counted: %s", async (path) => {
  const files = new Map([[path, Buffer.from(large)]]);
  const reading = readImageApart(files, { Cmd: [`kubectl apply -f ${path}`] }, 1);
  await expect(reading).rejects.toThrow("too much time or memory");
});

test("a large README alone needs no thread", async () => {
  const files = image("").set("README.md", Buffer.from("x".repeat(100_000)));
  expect((await readImageApart(files, {}, 1)).readmes.en).toHaveLength(100_000);
});

test("one that takes longer than it may is refused", async () => {
  await expect(readImageApart(image(large), undefined, 1)).rejects.toThrow("too much time or memory");
});
