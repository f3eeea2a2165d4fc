// Saves what the Hub keeps in the cluster, and puts it into another: node deploy/backup/main.ts export|restore FOLDER
// Run by an administrator of the cluster (KUBECONFIG). docs/operations.md says what else belongs to a backup.
import { fileURLToPath } from "node:url";
import { Cluster } from "../../lib/cluster/index.ts";
import { installDefinitions, readDefinitions } from "../../lib/manager/definitions.ts";
import { exportHub } from "./export.ts";
import { restoreHub } from "./restore.ts";

const [command, folder] = process.argv.slice(2);
const system = process.env.SYSTEM_NAMESPACE || "sealos-system";
if ((command !== "export" && command !== "restore") || !folder) {
  process.stderr.write("node deploy/backup/main.ts export|restore FOLDER\n");
  process.exit(2);
}
try {
  const cluster = Cluster.fromEnvironment();
  if (command === "export") {
    const count = await exportHub(cluster, folder, system);
    process.stdout.write(`${count} objects written to ${folder}; it holds passwords, keep it like one\n`);
  } else {
    await installDefinitions(
      cluster,
      await readDefinitions(fileURLToPath(new URL("../crds/", import.meta.url))),
    );
    const { created, present, unknown } = await restoreHub(cluster, folder, system);
    process.stdout.write(`${created} objects created, ${present} were there already\n`);
    for (const name of unknown) process.stdout.write(`not served here yet: ${name}\n`);
    if (unknown.length) process.stdout.write("Install their providers, then restore again.\n");
  }
  process.exit(0);
} catch (error) {
  const { message, cause } = error as Error;
  process.stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ""}\n`);
  process.exit(1);
}
