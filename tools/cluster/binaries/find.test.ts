import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sourceOf } from "./catalogue.ts";
import { findBinaries } from "./find.ts";
import { withLock } from "./lock.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "find-"));
  vi.stubEnv("XDG_CACHE_HOME", join(dir, "cache"));
  vi.stubEnv("KUBEBUILDER_ASSETS", join(dir, "assets"));
  vi.stubEnv("HUB_CLUSTER_DOWNLOAD", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

async function place(...path: string[]): Promise<string> {
  const file = join(dir, ...path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, "");
  await chmod(file, 0o755);
  return file;
}

describe("findBinaries", () => {
  it("prefers KUBEBUILDER_ASSETS, and looks for what that lacks in the cache", async () => {
    const cached = (name: "etcd" | "kwok") => ["cache", "sealos-hub", "binaries", sourceOf(name).key, name];
    const etcd = await place("assets", "etcd");
    await place(...cached("etcd"));
    const kwok = await place(...cached("kwok"));
    expect(await findBinaries(["etcd", "kwok"])).toEqual({ found: { etcd, kwok } });
  });

  it("says in one sentence what is missing and the way out, and builds from what is pinned", async () => {
    // A toolchain that fails tells how it was called.
    const go = await place("bin", "go");
    await writeFile(go, '#!/bin/sh\necho "$PWD $*" >&2\nexit 1\n');
    vi.stubEnv("PATH", `${join(dir, "bin")}:${process.env.PATH}`);
    const said: string[] = [];
    const result = await findBinaries(["kwok"], (line) => said.push(line));
    expect(said).toEqual([expect.stringMatching(/^Building kwok v/)]);
    expect(result).toEqual({
      missing: expect.stringMatching(
        /^kwok v\S+ could not be built: \S+\/modules\/kwok build -mod=readonly -trimpath .* sigs\.k8s\.io\/kwok\/cmd\/kwok$/,
      ),
    });
  });
});

describe("withLock", () => {
  it("lets one work at a time, and tells who waits", async () => {
    const file = join(dir, "lock");
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const holder = withLock(
      file,
      async () => {
        inside.resolve();
        await first.promise;
        order.push("first");
      },
      () => order.push("unexpected"),
    );
    await inside.promise;
    const waiter = withLock(
      file,
      async () => void order.push("second"),
      () => {
        order.push("waits");
        first.resolve();
      },
    );
    await Promise.all([holder, waiter]);
    expect(order).toEqual(["waits", "first", "second"]);
  });
});
