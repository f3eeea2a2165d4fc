import { describe, expect, it } from "vitest";
import { asProblem } from "../install/render-problem.ts";
import { ImageError } from "./error.ts";
import { readImage } from "./read.ts";

const errorOf = (files: Record<string, string>): ImageError => {
  try {
    readImage(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("it can be read");
};
const header = (spec: string) =>
  `apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: a }\nspec: ${spec}\n`;

describe("what is wrong with an image is said in English and Chinese, with the same place", () => {
  it.each([
    ["a missing header", { "a.txt": "" }, "the image has no app.yaml", "镜像缺少 app.yaml"],
    [
      "a field",
      { "app.yaml": header("{ mode: 5 }") },
      /^app\.yaml:4: spec\.mode: Invalid option/,
      /^app\.yaml:4: spec\.mode：无效选项/,
    ],
    [
      "broken YAML",
      { "app.yaml": header("{}"), "manifests/a.yaml": "a: [" },
      /^manifests\/a\.yaml:\d+: this is not YAML/,
      /^manifests\/a\.yaml:\d+: 这不是有效的 YAML/,
    ],
    [
      "an icon",
      { "app.yaml": header("{}"), "icon.svg": "<svg><script/></svg>" },
      /^icon\.svg:1: the icon holds an active element/,
      /^icon\.svg:1: 图标含有活动元素/,
    ],
  ])("%s", (_, files, en, zh) => {
    const error = errorOf(files as Record<string, string>);
    expect(error.message).toMatch(en);
    expect(error.zh).toMatch(zh);
  });

  it("and so does the problem that pages show", () => {
    const error = new ImageError(["it is broken", "内容损坏"], { file: "a.yaml", line: 2 });
    expect(asProblem(error)).toMatchObject({
      reason: "image-broken",
      params: { text: "a.yaml:2: it is broken", "text-zh": "a.yaml:2: 内容损坏", file: "a.yaml", line: 2 },
    });
  });
});
