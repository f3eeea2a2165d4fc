import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContentStore } from "../lib/images/index.ts";
import { fail, root } from "../scripts/runtime.mjs";
import { registryMissing, startRegistry } from "../tools/registry/index.ts";
import { type Figure, median, print } from "./kubernetes/report.ts";
import { timed } from "./lib/timed.ts";

/** `hub push` beside `skopeo copy`: the same image, the same registry, by turns, whole programs from start to end. */
const TIMES = 9;
const missing = registryMissing();
if (missing) fail(missing);

const dir = await mkdtemp(join(tmpdir(), "hub-bench-push-"));
const registry = await startRegistry();
try {
  const sizes = { "200 files, 1 MiB": 5_000, "200 files, 20 MiB": 100_000 };
  const figures: Figure[] = [];
  for (const [what, size] of Object.entries(sizes)) {
    let layout = "";
    let repository = "";
    // New content each time: skopeo remembers which repositories of a registry have a blob, and mounts it.
    const fresh = async (n: number, who: string) => {
      repository = `${who}-${size}/image-${n}`;
      layout = join(dir, repository);
      await new ContentStore(layout).put("bench", files(size));
    };
    const reference = () => `${registry.host}/${repository}:1`;
    const hub = () =>
      timed(process.execPath, [
        "--disable-warning=ExperimentalWarning",
        join(root, "cli/main.mjs"),
        "push",
        reference(),
        "--from",
        layout,
      ]);
    const skopeo = () =>
      timed("skopeo", [
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        `oci:${layout}:bench`,
        `docker://${reference()}`,
      ]);
    const times: Record<string, number[]> = { hub: [], skopeo: [], "hub again": [], "skopeo again": [] };
    for (let n = 0; n < TIMES; n++)
      for (const [who, push] of Object.entries({ hub, skopeo })) {
        await fresh(n, who);
        times[who]?.push(await push());
        times[`${who} again`]?.push(await push());
      }
    for (const again of ["", " again"]) {
      const [own, other] = [`hub${again}`, `skopeo${again}`].map((name) => median(times[name] ?? []));
      const [a = 0, b = 0] = [own, other];
      figures.push({
        what: `push ${what}${again ? ", unchanged" : ""}`,
        asked: "never slower than skopeo",
        measured: `${a.toFixed(0)} ms, skopeo ${b.toFixed(0)} ms`,
        met: a <= b,
      });
    }
  }
  print(figures);
} finally {
  await registry.stop();
  await rm(dir, { recursive: true });
}

function files(size: number): Map<string, Uint8Array> {
  const app = "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: {name: bench}\nspec: {title: Bench}\n";
  const rest = Array.from({ length: 199 }, (_, n) => [`files/${n}.bin`, randomBytes(size)] as const);
  return new Map<string, Uint8Array>([["app.yaml", Buffer.from(app)], ...rest]);
}
