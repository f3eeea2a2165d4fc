import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type ImageDescription, readImage } from "../../images/index.ts";
import type { ImageContent } from "../../model/image.ts";

const corpus = join(import.meta.dirname, "..", "..", "..", "..", "shared", "corpus");

/** The public templates beside this repository; none where they are absent. */
export function corpusTemplates(): { name: string; path: string }[] {
  const folder = join(corpus, "templates");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => ({ name: file.replace(/\.yaml$/, ""), path: join(folder, file) }));
}

export function readTemplateFile(path: string): ImageContent {
  return readImage(new Map([["index.yaml", readFileSync(path)]]));
}

/** Every CustomResourceDefinition among the corpus. */
export function corpusDefinitions(): Record<string, unknown>[] {
  const folder = join(corpus, "crds");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8"), { logLevel: "error" }).flatMap((document) => {
      const data = document.toJS() as Record<string, unknown> | null;
      return data?.kind === "CustomResourceDefinition" ? [data] : [];
    }),
  );
}

/** Inputs that a person might type: what is required and has no default. */
export function plausibleInputs({ inputs }: Pick<ImageDescription, "inputs">): Record<string, string> {
  return Object.fromEntries(
    inputs.flatMap(({ name, type, required, default: preset, options = [] }) => {
      if (!required || preset) return [];
      const typed = { number: "1", boolean: "true", choice: options[0] ?? "" };
      return [
        [name, type === "string" ? `some-${name.replace(/[^a-z0-9]/gi, "").toLowerCase()}` : typed[type]],
      ];
    }),
  );
}
