// Rewrites objects that lie in etcd in a former version of their kind: node lib/manager/migrate.ts
// Run by an administrator (KUBECONFIG), when a release's notes ask for it; no account of the Hub holds the rights.
import { fileURLToPath } from "node:url";
import { Cluster } from "../cluster/index.ts";
import { readDefinitions } from "./definitions.ts";
import { migrateStoredVersions } from "./stored-versions.ts";

const cluster = Cluster.fromEnvironment();
for (const { metadata } of await readDefinitions(
  fileURLToPath(new URL("../../deploy/crds/", import.meta.url)),
)) {
  const rewritten = await migrateStoredVersions(cluster, metadata.name);
  process.stdout.write(`${metadata.name}: ${rewritten ? `${rewritten} rewritten` : "up to date"}\n`);
}
process.exit();
