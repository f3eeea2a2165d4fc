// `hub build` beside `buildah build`: the same 200 files, built before, by turns, whole programs from start to end.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, root } from "../scripts/runtime.mjs";
import { registryMissing } from "../tools/registry/index.ts";
import { type Figure, median, print } from "./kubernetes/report.ts";
import { timed } from "./lib/timed.ts";

const TIMES = 15;
const MOST_MS = 300;
const missing = registryMissing();
if (missing) fail(missing);

const dir = await mkdtemp(join(tmpdir(), "hub-bench-build-"));
try {
  const folder = join(dir, "image");
  await mkdir(join(folder, "files"), { recursive: true });
  await writeFile(join(folder, "Kubefile"), "FROM scratch\nCOPY . .\n");
  await writeFile(
    join(folder, "app.yaml"),
    "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: {name: bench}\nspec: {title: Bench}\n",
  );
  for (let n = 0; n < 198; n++) await writeFile(join(folder, `files/${n}.bin`), randomBytes(5_000));
  const tag = "localhost:5000/bench/image:1";
  const hub = () =>
    timed(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(root, "cli/main.mjs"), "build", "-t", tag, folder],
      { HUB_STORE: join(dir, "store") },
    );
  // Storage of its own, and by plain folders: the one kind that needs no rights to mount.
  const storage = ["--root", join(dir, "root"), "--runroot", join(dir, "run"), "--storage-driver", "vfs"];
  const buildah = () =>
    timed("buildah", [...storage, "build", "--quiet", "-f", join(folder, "Kubefile"), "-t", tag, folder]);
  const times = { hub: [] as number[], buildah: [] as number[] };
  for (let n = 0; n <= TIMES; n++)
    for (const [who, build] of Object.entries({ hub, buildah })) {
      const took = await build();
      // The first is not warm.
      if (n > 0) times[who as keyof typeof times].push(took);
    }
  const [own, other] = [median(times.hub), median(times.buildah)];
  const what = "build of 200 files, 1 MiB, warm";
  const measured = `${own.toFixed(0)} ms, buildah ${other.toFixed(0)} ms (best ${Math.min(...times.hub).toFixed(0)} and ${Math.min(...times.buildah).toFixed(0)})`;
  const figures: Figure[] = [
    { what, asked: `at most ${MOST_MS} ms`, measured, met: own <= MOST_MS },
    { what, asked: "never slower than buildah", measured, met: own <= other },
  ];
  print(figures);
} finally {
  await rm(dir, { recursive: true, force: true });
}
