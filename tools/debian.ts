import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Programs that come as Debian packages. */

/**
 * Debian asks `policy-rc.d` whether a package's service may start; 101 means no. All of it happens under one lock, since
 * test files that run beside each other may want packages at the same moment.
 */
const INSTALL = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap "rm -f $policy" EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 755 $policy
fi
apt-get update -qq
apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"
`;
const LOCK = join(tmpdir(), "sealos-hub-apt.lock");

/** Whether packages can be installed: it takes root and apt. */
function canInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Installs packages and says whether that worked. Their services are not started. */
export function aptInstall(packages: string[]): boolean {
  if (!canInstall()) return false;
  const run = spawnSync("flock", [LOCK, "sh", "-c", INSTALL, "sh", ...packages], {
    stdio: "ignore",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return run.status === 0;
}

/**
 * Sees to it that these files, each named (a pattern will do) with the package that brings it, are there. Returns the one
 * sentence that says what is missing and the way out, or undefined.
 */
export function ensurePackages(
  files: Record<string, string>,
  say: (line: string) => void,
): string | undefined {
  const missing = () => [
    ...new Set(Object.keys(files).flatMap((file) => (globSync(file).length > 0 ? [] : [files[file] ?? ""]))),
  ];
  const wanted = missing();
  if (wanted.length === 0) return undefined;
  say(`Installing ${wanted.join(", ")} …`);
  if (aptInstall(wanted) && missing().length === 0) return undefined;
  return `These Debian packages are missing and could not be installed; as root: apt-get install ${missing().join(" ")}`;
}
