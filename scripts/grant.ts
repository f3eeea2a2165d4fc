// What an administrator of the cluster allows with a provider or shared image, as a file:
//   KUBECONFIG=… node scripts/grant.ts labring/postgres:1.15.1 | kubectl apply -f -
//   KUBECONFIG=… node scripts/grant.ts providers/postgres labring/postgres | kubectl apply -f -
// The first form reads the image from the content store (CONTENT_DIR), the second from a folder. It only reads.
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Cluster } from "../lib/cluster/index.ts";
import { ContentStore, readFolder, readImage } from "../lib/images/index.ts";
import { imageGrantFile } from "../lib/install/image-grant.ts";
import { resolveImage } from "../lib/install/resolve.ts";
import { readManagerConfig } from "../lib/manager/config.ts";
import type { ImageContent } from "../lib/model/image.ts";
import { fail } from "./runtime.mjs";

const [given, as] = process.argv.slice(2);
if (!given) fail("Name an image or its folder: node scripts/grant.ts labring/postgres");
const { contentDir, cloud, systemNamespace } = readManagerConfig(process.env);

async function contentOf(text: string): Promise<{ org: string; repo: string; content: ImageContent }> {
  const folder = await stat(text).catch(() => undefined);
  if (!folder) return resolveImage(new ContentStore(contentDir), text);
  const [org = "labring", repo = basename(text)] = (as ?? `labring/${basename(text)}`).split(/[/:]/);
  return { org, repo, content: readImage(await readFolder(text)) };
}

try {
  const { org, repo, content } = await contentOf(given);
  if (content.mode === "application") fail(`${given} is an application: it needs no grant.`);
  const { file, rights } = await imageGrantFile(
    Cluster.fromEnvironment(),
    `${org}.${repo}`,
    { repo, content },
    { cloud, systemNamespace },
  );
  process.stdout.write(file);
  // Beside the file, for the person who decides.
  for (const { level, message } of rights) console.error(`${level === "warning" ? "!" : " "} ${message}`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
