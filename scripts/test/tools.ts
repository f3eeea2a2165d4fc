import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime.mjs";

/** Programs that tests use and npm does not bring. Each is found, made, or said to be missing in one sentence. */

function works(program: string, args: string[]): string | undefined {
  const run = spawnSync(program, args, { encoding: "utf8" });
  return run.status === 0 ? run.stdout : undefined;
}

const isRoot = () => process.getuid?.() === 0;

function aptInstall(packages: string[]): boolean {
  if (!isRoot() || !works("apt-get", ["--version"])) return false;
  const options = { stdio: "ignore" as const, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-qq"], options);
  return (
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options).status ===
    0
  );
}

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Path of a Chromium for the browser tests: the system's, else Debian's package when root, else Playwright's own (the
 * empty string then, since Playwright finds it by itself). Undefined when there is none.
 */
export function findBrowser(say: (line: string) => void): string | undefined {
  const present = () => [process.env.CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path));
  const system = present();
  if (system) return system;
  say("Installing chromium …");
  if (aptInstall(["chromium", "fonts-noto-cjk"])) {
    const installed = present();
    if (installed) return installed;
  }
  const own = spawnSync(
    process.execPath,
    [join(root, "node_modules/@playwright/test/cli.js"), "install", "chromium"],
    {
      stdio: "ignore",
    },
  );
  return own.status === 0 ? "" : undefined;
}

const KUBERNETES = "1.36.3";

function recentKubectl(program: string): boolean {
  const output = works(program, ["version", "--client", "--output=json"]);
  if (!output) return false;
  try {
    const { minor } = (JSON.parse(output) as { clientVersion: { minor: string } }).clientVersion;
    return Number.parseInt(minor, 10) >= 28;
  } catch {
    return false;
  }
}

/**
 * Path of a kubectl of 1.28 or newer: `$KUBECTL`, the one on the PATH, or one built once with Go into `.cache/`.
 * Undefined when there is none; the tests that need it then say so.
 */
export function findKubectl(say: (line: string) => void): string | undefined {
  for (const program of [process.env.KUBECTL, "kubectl"])
    if (program && recentKubectl(program)) return program;
  const built = join(root, ".cache", "bin", "kubectl");
  if (existsSync(built)) return built;
  if (!works("go", ["version"])) return undefined;
  say("Building kubectl …");
  const dir = join(root, ".cache", "kubectl");
  mkdirSync(dir, { recursive: true });
  // The staging modules of the same release; k8s.io/kubernetes itself names them by path only.
  const staging =
    "api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap code-generator component-base component-helpers controller-manager cri-api cri-client cri-streaming csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission sample-apiserver sample-cli-plugin sample-controller streaming";
  const replace = staging
    .split(" ")
    .map((name) => `replace k8s.io/${name} => k8s.io/${name} v0.${KUBERNETES.slice(2)}`);
  writeFileSync(
    join(dir, "go.mod"),
    `module kubectl\n\ngo 1.26\n\ntool k8s.io/kubernetes/cmd/kubectl\n\nrequire k8s.io/kubernetes v${KUBERNETES}\n\n${replace.join("\n")}\n`,
  );
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" };
  const version = `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES} -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36`;
  const flags = ["-trimpath", `-ldflags=-s -w ${version}`];
  const run = spawnSync("go", ["build", ...flags, "-o", built, "k8s.io/kubernetes/cmd/kubectl"], {
    cwd: dir,
    env,
    encoding: "utf8",
  });
  if (run.status === 0) return built;
  say(`kubectl could not be built: ${run.stderr.trim().split("\n").at(-1)}`);
  return undefined;
}
