import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { fail, root } from "../scripts/runtime.mjs";

// Runs the measurements named on the command line, or all of them. Each is a script of its own that prints its figures.
const known = readdirSync(join(root, "bench"))
  .filter((file) => /\.(mjs|ts)$/.test(file) && file !== "main.ts")
  .sort();
const wanted = process.argv.slice(2);
const chosen = wanted.length ? known.filter((file) => wanted.includes(file.replace(/\.\w+$/, ""))) : known;
if (chosen.length === 0)
  fail(
    `There is no such measurement. Known are ${known.map((file) => file.replace(/\.\w+$/, "")).join(", ")}.`,
  );

const { model } = cpus()[0] ?? { model: "unknown processor" };
process.stdout.write(
  `${cpus().length} × ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}\n`,
);
let failed = false;
for (const file of chosen) {
  process.stdout.write(`\n— ${file.replace(/\.\w+$/, "")} —\n`);
  const run = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "bench", file)],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  failed ||= run.status !== 0;
}
process.exitCode = failed ? 1 : 0;
