import { describe, expect, it } from "vitest";
import { containerImages } from "./container-images.ts";

const image = (files: Record<string, string>) =>
  new Map(
    Object.entries({
      "app.yaml": "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: {name: a}\nspec: {title: A}\n",
      ...files,
    }).map(([path, text]) => [path, Buffer.from(text)]),
  );

describe("the container images that an app needs", () => {
  it("are those of its manifests and its lists, each once", () => {
    const pod = (name: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "${name}"}]}\n`;
    const found = containerImages(
      image({
        "manifests/a.yaml": pod("nginx:1.27"),
        "manifests/b.yaml": pod("app:${{ inputs.version }}"),
        "images/shim/list": "# what the operator starts\nquay.io/a/b:1  # comment\n\nnginx:1.27\r\n",
        "images/other": "not a list",
      }),
    );
    expect(found).toEqual({
      images: ["nginx:1.27", "quay.io/a/b:1"],
      undecided: ["app:${{ inputs.version }}"],
    });
  });

  it("are refused with file and line when a list has something else", () => {
    const files = image({ "images/shim/list": "nginx\ndocker pull nginx\n" });
    expect(() => containerImages(files)).toThrow('images/shim/list:2: "docker pull nginx" is not an image');
  });
});
