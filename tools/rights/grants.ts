// Writes deploy/grants/: node tools/rights/grants.ts
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Cluster } from "../../lib/cluster/index.ts";
import { startSandbox } from "../../sandbox/index.ts";
import { root } from "../../scripts/runtime.mjs";
import { shippedGrants } from "./shipped-grants.ts";

const folder = join(root, "deploy/grants");
const sandbox = await startSandbox();
try {
  const grants = await shippedGrants(Cluster.at(sandbox.url, { token: sandbox.adminToken }));
  for (const file of await readdir(folder))
    if (!grants.some(({ name }) => file === `${name}.yaml`)) await rm(join(folder, file));
  for (const { name, text } of grants) {
    await writeFile(join(folder, `${name}.yaml`), text);
    console.log(`deploy/grants/${name}.yaml`);
  }
} finally {
  await sandbox.stop();
}
