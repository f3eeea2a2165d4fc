import { spawn } from "node:child_process";
import { access, constants, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Sentence } from "../../images/index.ts";
import { ProblemError } from "../../model/problem.ts";
import { because } from "../../model/reasons.ts";

/** What one run of Helm may take. */
export const helmLimits = {
  milliseconds: 20_000,
  cpuSeconds: 20,
  /** KiB of memory that it may write to. */
  memory: 768 * 1024,
  openFiles: 256,
  /** Blocks of 512 bytes that one file may have. */
  fileBlocks: 32 * 1024,
  /** Bytes on standard output. */
  output: 4 * 1024 ** 2,
  errors: 64 * 1024,
} as const;

export interface HelmInput {
  files: ReadonlyMap<string, Uint8Array>;
  values: Record<string, unknown>;
  release: string;
  namespace: string;
  /** Of the cluster: `v1.36.0`. */
  kubeVersion: string;
  /** `apps/v1`, `apps/v1/Deployment`, … */
  apiVersions: readonly string[];
}

export type HelmOutcome = { text: string } | { failed: Sentence };

/**
 * The limits are the kernel's: `ulimit` for the process, and no network where namespaces may be made. One limit at a time, as
 * plain shells take no more; without them nothing is run.
 */
const LIMITED = [
  `ulimit -t ${helmLimits.cpuSeconds}`,
  `ulimit -d ${helmLimits.memory}`,
  `ulimit -n ${helmLimits.openFiles}`,
  `ulimit -f ${helmLimits.fileBlocks}`,
  'exec "$@"',
].join(" && ");

/**
 * Renders a chart with the real Helm: client-side, in a folder of its own, with no environment, home, kubeconfig or
 * plugins, and limits on time, memory, files and output.
 * @throws ProblemError `tool-missing` without Helm
 */
export async function helmTemplate(
  input: HelmInput,
  { milliseconds }: { milliseconds: number } = helmLimits,
): Promise<HelmOutcome> {
  const helm = await findHelm();
  const folder = await mkdtemp(join(tmpdir(), "hub-chart-"));
  try {
    const chart = join(folder, "chart");
    for (const [path, data] of input.files) {
      const file = join(chart, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, data);
    }
    const values = join(folder, "values.json");
    await writeFile(values, JSON.stringify(input.values));
    await mkdir(join(folder, "home"));
    const args = [
      ...["template", input.release, chart, "--namespace", input.namespace, "--values", values],
      ...["--include-crds", "--kube-version", input.kubeVersion],
      ...(input.apiVersions.length > 0 ? ["--api-versions", input.apiVersions.join(",")] : []),
    ];
    const before = (await hasNamespaces()) ? ["unshare", "--map-root-user", "--net"] : [];
    return await run([...before, helm, ...args], folder, milliseconds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string[], folder: string, milliseconds: number): Promise<HelmOutcome> {
  return new Promise((resolve, reject) => {
    const home = join(folder, "home");
    const child = spawn("/bin/sh", ["-c", LIMITED, "sh", ...command], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        NODE_ENV: "production",
        PATH: "/usr/bin:/bin",
        HOME: home,
        TMPDIR: home,
        HELM_PLUGINS: join(home, "plugins"),
        KUBECONFIG: join(home, "none"),
        GOMEMLIMIT: "512MiB",
        GOMAXPROCS: "2",
      },
    });
    let stopped: Sentence | undefined;
    const stop = (why: Sentence) => {
      stopped ??= why;
      // The group, so that nothing of it outlives the limit.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(
      () =>
        stop([`it took longer than ${milliseconds / 1000} seconds`, `用时超过 ${milliseconds / 1000} 秒`]),
      milliseconds,
    );
    const collect = (stream: NodeJS.ReadableStream, most: number, over: () => void) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on("data", (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > most) over();
        else chunks.push(chunk);
      });
      return () => Buffer.concat(chunks).toString("utf8");
    };
    const output = collect(child.stdout, helmLimits.output, () =>
      stop([
        `it gives more than ${helmLimits.output / 1024 ** 2} MiB`,
        `输出超过 ${helmLimits.output / 1024 ** 2} MiB`,
      ]),
    );
    const errors = collect(child.stderr, helmLimits.errors, () => undefined);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (stopped) resolve({ failed: stopped });
      else if (code === 0) resolve({ text: output() });
      else
        resolve({
          failed: said(errors(), folder) ?? [
            `Helm ended with ${signal ?? code}`,
            `Helm 以 ${signal ?? code} 结束`,
          ],
        });
    });
  });
}

/** Helm's own words, without this machine's paths. A process that ran out of memory says pages; its first line tells. */
function said(errors: string, folder: string): Sentence | undefined {
  const text = errors.replaceAll(`${folder}/`, "").trim();
  if (/^(fatal error|runtime:|SIG)/m.test(text))
    return ["it took more memory or time than a chart may", "占用的内存或时间超过 Chart 的限制"];
  const words = text.replace(/^Error: /, "").slice(0, 2_000);
  return words ? [words, words] : undefined;
}

/** `$HELM`, else the first `helm` on PATH. */
async function findHelm(): Promise<string> {
  const named = process.env.HELM;
  const places = named
    ? [named]
    : (process.env.PATH ?? "")
        .split(delimiter)
        .filter(Boolean)
        .map((each) => join(each, "helm"));
  for (const place of places) {
    const found = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return place;
  }
  throw new ProblemError(
    "tool-missing",
    "This app is a Helm chart, and the console has no Helm to render it with. Ask an administrator to install helm 4 beside the console, or to name it with HELM.",
    because("helm-missing", {}),
  );
}

let namespaces: Promise<boolean> | undefined;

/** Whether a process may be put where there is no network; many containers may not. Asked once. */
function hasNamespaces(): Promise<boolean> {
  namespaces ??= new Promise((resolve) => {
    const child = spawn("unshare", ["--map-root-user", "--net", "true"], { stdio: "ignore" });
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
  return namespaces;
}
