import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

/** Programs that come as Debian packages. */

const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

/** Whether packages can be installed: it takes root and apt. */
function canInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Installs packages and says whether that worked. Their services are not started. */
export function aptInstall(packages: string[]): boolean {
  if (!canInstall()) return false;
  const options = { stdio: "ignore" as const, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const guarded = existsSync(SERVICE_POLICY);
  // Debian asks this program whether a package's service may start; 101 means no.
  if (!guarded) writeFileSync(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    spawnSync("apt-get", ["update", "-qq"], options);
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
    return spawnSync("apt-get", install, options).status === 0;
  } finally {
    if (!guarded) rmSync(SERVICE_POLICY);
  }
}

/**
 * Sees to it that these files, each named with the package that brings it, are there. Returns the one sentence that
 * says what is missing and the way out, or undefined.
 */
export function ensurePackages(
  files: Record<string, string>,
  say: (line: string) => void,
): string | undefined {
  const missing = () => [
    ...new Set(Object.keys(files).flatMap((file) => (existsSync(file) ? [] : [files[file] ?? ""]))),
  ];
  const wanted = missing();
  if (wanted.length === 0) return undefined;
  say(`Installing ${wanted.join(", ")} …`);
  if (aptInstall(wanted) && missing().length === 0) return undefined;
  return `These Debian packages are missing and could not be installed; as root: apt-get install ${missing().join(" ")}`;
}
