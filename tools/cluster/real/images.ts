import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PAUSE_IMAGE } from "./addresses.ts";

export interface ImageSource {
  containerfile: string;
  /** Files beside it: path in the image's context → what is in it, or the file to copy. */
  files: Record<string, { text: string } | { from: string }>;
}

function run(program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4_000);
      });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args[0]} failed: ${output.trim()}`));
    });
  });
}

/**
 * Builds an image with buildah and pushes it to the cluster's registry (`registry`: host:port). `reference` may name
 * any registry: inside the cluster ours answers for all of them.
 */
export async function pushImage(registry: string, reference: string, source: ImageSource): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "hub-image-"));
  const storage = ["--root", join(dir, "root"), "--runroot", join(dir, "run"), "--storage-driver", "vfs"];
  try {
    const context = join(dir, "context");
    mkdirSync(context);
    writeFileSync(join(context, "Containerfile"), source.containerfile);
    for (const [path, content] of Object.entries(source.files)) {
      const file = join(context, path);
      mkdirSync(join(file, ".."), { recursive: true });
      if ("from" in content) copyFileSync(content.from, file);
      else writeFileSync(file, content.text, { mode: 0o755 });
    }
    const name = "localhost/image";
    const build = ["bud", "--isolation", "chroot", "--format", "oci", "--tag", name, context];
    await run("buildah", [...storage, ...build]);
    const target = `docker://${registry}/${pathOf(reference)}`;
    await run("buildah", [...storage, "push", "--tls-verify=false", name, target]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Files for an image's `root/`: programs of this machine with the libraries that they load. */
export function withLibraries(...programs: string[]): ImageSource["files"] {
  const files = new Set(programs);
  for (const program of programs) {
    const listed = execFileSync("ldd", [program], { encoding: "utf8" });
    for (const [, path = ""] of listed.matchAll(/(?:=>)?\s(\/\S+) \(0x/g)) files.add(path);
  }
  return Object.fromEntries([...files].map((path) => [`root${path}`, { from: path }]));
}

/** A reference without its registry, as a registry's own API names it: `redis:7` is `library/redis:7`. */
export function pathOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  if (rest.length === 0) return `library/${reference}`;
  return /[.:]|^localhost$/.test(first) ? rest.join("/") : reference;
}

/** The image of every pod's first container: it only has to stay. */
export function pushPauseImage(registry: string): Promise<void> {
  return pushImage(registry, PAUSE_IMAGE, {
    containerfile: 'FROM scratch\nCOPY busybox /busybox\nENTRYPOINT ["/busybox", "sleep", "2147483647"]\n',
    files: { busybox: { from: "/bin/busybox" } },
  });
}
