import { basename } from "node:path";
import { readImage, splitHeader } from "../images/index.ts";

/**
 * The files of an image folder made of a public template: one YAML file with the `Template` document among its
 * resources. The two are parted, nothing in them is changed.
 * @throws ImageError when it is no template.
 */
export function importTemplate(text: string, file: string): Map<string, string> {
  const { header, rest } = splitHeader(text, basename(file));
  const files = new Map([
    ["Kubefile", `FROM scratch\nCOPY . .\nCMD ["kubectl apply -f manifests"]\n`],
    ["app.yaml", ended(header.text)],
  ]);
  const resources = rest.map((part) => part.text).join("\n---\n");
  if (resources.trim() !== "") files.set("manifests/app.yaml", ended(resources));
  const { title, description } = readImage(
    new Map([...files].map(([path, content]) => [path, Buffer.from(content)])),
  );
  files.set("README.md", `# ${title}\n\n${description}\n`);
  return files;
}

function ended(text: string): string {
  return `${text.replace(/^(\s*---[ \t]*\n)+/, "").trimEnd()}\n`;
}
