import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface HubOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Standard input. */
  input?: string;
  /** Ends the command as Ctrl-C does. */
  interrupt?: AbortSignal;
  onStdout?: (text: string) => void;
  onStderr?: (text: string) => void;
}

export interface HubResult {
  code: number;
  stdout: string;
  stderr: string;
  /** The one JSON document of `--json`. */
  json<T>(): T;
}

const main = fileURLToPath(new URL("../main.mjs", import.meta.url));
/** Of the environment only what programs need, so that a test says what it depends on. */
const KEPT = ["PATH", "HOME", "TMPDIR"];

/** Runs the real command as a child process, in English and without a kubeconfig unless `env` says otherwise. */
export function hub(args: string[], options: HubOptions = {}): Promise<HubResult> {
  const kept = Object.fromEntries(KEPT.map((name) => [name, process.env[name]]));
  const env = { ...kept, LC_ALL: "C.UTF-8", KUBECONFIG: "/dev/null", ...options.env };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd: options.cwd,
    env: env as unknown as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    options.onStdout?.(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(text);
  });
  // It may end before it has read any of that.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  options.interrupt?.addEventListener("abort", () => child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        code: code ?? (signal ? 128 : 1),
        stdout,
        stderr,
        json: <T>() => JSON.parse(stdout) as T,
      }),
    );
  });
}
