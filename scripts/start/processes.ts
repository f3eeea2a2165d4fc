import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime.mjs";

export interface ProcessOptions {
  name: string;
  args: string[];
  env: Record<string, string>;
  /** Folder for `<name>.log`. */
  logDir: string;
  /** Called when it ends without having been asked to. */
  onUnexpectedExit?: (how: string) => void;
}

/** A Node process of the project: its output goes to a log file, the last lines are kept for messages. */
export class ManagedProcess {
  readonly name: string;
  readonly pid: number | undefined;
  #child: ChildProcess;
  #exited: Promise<void>;
  #stopping = false;
  #tail: string[] = [];

  constructor(options: ProcessOptions) {
    this.name = options.name;
    mkdirSync(options.logDir, { recursive: true });
    const log = createWriteStream(join(options.logDir, `${options.name}.log`), { flags: "a" });
    this.#child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...options.args], {
      cwd: root,
      // A group of its own: Ctrl-C reaches only the parent, which stops its children in order.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", ...options.env },
    });
    this.pid = this.#child.pid;
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        log.write(chunk);
        this.#tail.push(...chunk.toString().split("\n").filter(Boolean));
        this.#tail = this.#tail.slice(-20);
      });
    this.#exited = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#tail.push(error.message);
        resolve();
      });
      this.#child.once("exit", (code, signal) => {
        log.end();
        resolve();
        if (!this.#stopping)
          options.onUnexpectedExit?.(signal ? `was ended by ${signal}` : `ended with code ${code}`);
      });
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines it printed. */
  get tail(): string {
    return this.#tail.join("\n");
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** SIGTERM, and SIGKILL for the whole group when it has not ended after `graceMs`. */
  async stop(graceMs = 8_000): Promise<void> {
    this.#stopping = true;
    if (!this.running) return;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#killGroup(), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #killGroup(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
