import type { SourceFile } from "../model/image.ts";
import { allBranches, readTemplate, unmask } from "./blocks.ts";
import { ImageError } from "./error.ts";
import { limits } from "./limits.ts";
import { yamlDocuments } from "./yaml.ts";

/** What the manifests may contain, whatever the inputs: every branch is looked at, expressions stay text. */
export interface ManifestScan {
  objects: ScannedObject[];
  containerImages: string[];
  warnings: string[];
}

export interface ScannedObject {
  apiVersion: string;
  kind: string;
  name: string;
  data: Record<string, unknown>;
}

/**
 * @throws ImageError when the manifests are too large together, or blocks or expressions are broken. A file that is YAML only after rendering is read as far
 * as it goes and gives a warning.
 */
export function scanManifests(manifests: SourceFile[]): ManifestScan {
  if (manifests.reduce((sum, { text }) => sum + text.length, 0) > limits.manifests)
    throw new ImageError([
      `the manifests are larger than ${limits.manifests / 1024 ** 2} MiB together`,
      `清单合计大于 ${limits.manifests / 1024 ** 2} MiB`,
    ]);
  const scan: ManifestScan = { objects: [], containerImages: [], warnings: [] };
  const images = new Set<string>();
  for (const source of manifests) {
    const template = readTemplate(source);
    const expanded = allBranches(template);
    const restore = (text: string) => unmask(template, text);
    let documents: unknown[];
    try {
      documents = Array.from(yamlDocuments(expanded, source.path), (document) => document.plain());
    } catch (error) {
      if (!(error instanceof ImageError) || template.conditions.length === 0) throw error;
      scan.warnings.push(`${error.message} (while its branches are read together)`);
      for (const image of imageLines(expanded.text)) images.add(restore(image));
      continue;
    }
    for (const object of documents.flatMap(flatten)) {
      const { apiVersion, kind, metadata } = object;
      if (typeof apiVersion !== "string" || typeof kind !== "string") continue;
      const name = isRecord(metadata) && typeof metadata.name === "string" ? metadata.name : "";
      scan.objects.push({ apiVersion, kind, name: restore(name), data: object });
      collectImages(object, (image) => images.add(restore(image)));
    }
  }
  scan.containerImages = [...images].sort();
  return scan;
}

function flatten(data: unknown): Record<string, unknown>[] {
  if (!isRecord(data)) return [];
  if (typeof data.kind === "string" && data.kind.endsWith("List") && Array.isArray(data.items)) {
    return data.items.flatMap(flatten);
  }
  return [data];
}

function collectImages(value: unknown, add: (image: string) => void): void {
  if (Array.isArray(value)) for (const each of value) collectImages(each, add);
  if (!isRecord(value)) return;
  for (const [key, each] of Object.entries(value)) {
    if (/^(init|ephemeral)?containers$/i.test(key) && Array.isArray(each)) {
      for (const container of each) {
        if (isRecord(container) && typeof container.image === "string") add(container.image);
      }
    }
    collectImages(each, add);
  }
}

function imageLines(text: string): string[] {
  return [...text.matchAll(/^[^\S\n]*(?:-[^\S\n]+)?image:\s*["']?([^\s"'#]+)/gm)].map(
    ([, image = ""]) => image,
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
