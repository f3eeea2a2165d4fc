import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readImage } from "../images/index.ts";
import { corpusTemplates } from "../install/testing/corpus.ts";
import { importTemplate } from "./template.ts";

const templates = corpusTemplates();

describe("a public template as a folder", () => {
  for (const { name, path } of templates)
    it(`${name} is the same image as the file`, async () => {
      const bytes = await readFile(path);
      const made = [...importTemplate(String(bytes), path)].map(
        ([file, text]) => [file, Buffer.from(text)] as const,
      );
      const image = readImage(new Map(made));
      const { manifests: _, readmes: __, warnings: ___, ...rest } = image;
      const { manifests, readmes, warnings, ...expected } = readImage(new Map([["index.yaml", bytes]]));
      expect(rest).toEqual(expected);
      const resources = (parts: { text: string }[]) =>
        parts
          .flatMap(({ text }) => text.split("\n"))
          .filter((line) => line.trim() !== "" && !line.startsWith("---"));
      expect(resources(image.manifests)).toEqual(resources(manifests));
    });

  if (templates.length === 0)
    it("misses the public templates, which are absent beside this repository", () => {
      expect(templates).toEqual([]);
    });

  it("names the file that is none", () => {
    expect(() => importTemplate("kind: Pod\n", "somewhere/pod.yaml")).toThrow(
      /^pod\.yaml: there is no document/,
    );
  });
});
