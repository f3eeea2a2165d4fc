import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Command, Order, Report } from "./protocol.ts";

export interface ProgramOptions extends Command {
  /** Whether the program does its work; asked again and again after each start. */
  ready?: () => Promise<boolean>;
  /** How long it may take to be ready, in milliseconds. */
  patienceMs?: number;
}

const supervisor = join(import.meta.dirname, "supervisor.ts");

/** Programs that live and die together, under a supervisor that also notices when this process is gone. */
export class ProcessGroup {
  readonly programs: Record<string, Program> = {};
  readonly #child: ChildProcess;
  readonly #folders: string[] = [];
  readonly #listeners = new Set<(report: Report) => void>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    const tell = (report: Report) => {
      for (const listener of this.#listeners) listener(report);
    };
    child.on("message", tell);
    child.once("exit", () => {
      // Killed, it could tell nothing and tidy nothing; the programs have gone with it.
      for (const program of Object.values(this.programs).filter(({ running }) => running))
        tell({ report: "ended", name: program.name, pid: program.pid, how: "was ended with its supervisor" });
      for (const dir of this.#folders) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  static async create(): Promise<ProcessGroup> {
    const child = fork(supervisor, [], {
      // A session of its own: Ctrl-C in a terminal reaches only this process, which stops the programs in order.
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
      // The programs inherit this: options meant for this process, such as a debugger's, are not for them.
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const group = new ProcessGroup(child);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The supervisor of processes ended with code ${code}.`)));
    group.onReport(({ report }) => report === "ready" && resolve());
    await promise;
    return group;
  }

  get running(): boolean {
    return this.#child.connected;
  }

  get supervisorPid(): number {
    return this.#child.pid ?? 0;
  }

  /** The folder is removed once every program has ended. */
  own(dir: string): void {
    this.#folders.push(dir);
    this.send({ order: "own", dir });
  }

  /** The command is run once every program has ended, before folders are removed; the last one given runs first. */
  cleanup(command: Command): void {
    this.send({ order: "cleanup", command });
  }

  /** Starts a program and waits until it is ready. Throws one sentence with the end of its log. */
  async start(name: string, options: ProgramOptions): Promise<Program> {
    const program = new Program(this, name, options);
    this.programs[name] = program;
    await program.start();
    return program;
  }

  /** Ends every program and the supervisor. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    for (const program of Object.values(this.programs)) program.expectEnd();
    if (this.#child.connected) this.send({ order: "stop" });
    else this.#child.kill("SIGTERM");
    await ended;
  }

  send(order: Order): void {
    this.#child.send(order);
  }

  onReport(listener: (report: Report) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when a program ends that nobody asked to. */
  onUnexpectedEnd: (sentence: string) => void = () => undefined;
}

/** One program of a group. */
export class Program {
  readonly name: string;
  readonly #group: ProcessGroup;
  readonly #options: ProgramOptions;
  #pid = 0;
  #running = false;
  #expected = false;
  #how = "";

  constructor(group: ProcessGroup, name: string, options: ProgramOptions) {
    this.name = name;
    this.#group = group;
    this.#options = options;
    group.onReport((report) => {
      if (!("name" in report) || report.name !== name) return;
      if (report.report === "started") {
        this.#pid = report.pid;
        this.#running = true;
      } else if (report.report === "refused") this.#how = `could not be started: ${report.why}`;
      else if (report.pid === this.#pid) {
        this.#running = false;
        this.#how = report.how;
        if (!this.#expected) group.onUnexpectedEnd(`${name} ${report.how}; its log is ${options.log}`);
      }
    });
  }

  /** Process id; 0 before the first start. It stays when the process has ended. */
  get pid(): number {
    return this.#pid;
  }

  get running(): boolean {
    return this.#running;
  }

  expectEnd(): void {
    this.#expected = true;
  }

  /** Sends a signal. Does nothing when it is not running. */
  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    if (!this.#running) return;
    this.#expected ||= signal !== "SIGSTOP" && signal !== "SIGCONT";
    try {
      process.kill(this.#pid, signal);
    } catch (error) {
      // It ended a moment ago, and its supervisor's report is under way.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Ends it, politely for 3 s, and resolves when it is gone. An API server waits for its watches for a minute. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.kill("SIGCONT");
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), 3_000);
    await this.#until(() => !this.#running);
    clearTimeout(timer);
  }

  /** Starts it and waits until it is ready; it must not be running. */
  async start(): Promise<void> {
    const { ready, patienceMs = 60_000, ...command } = this.#options;
    this.#how = "";
    this.#expected = true;
    if (!this.#group.running) throw new Error(`${this.name} cannot be started: its cluster has ended.`);
    const before = this.#pid;
    this.#group.send({ order: "start", name: this.name, command });
    await this.#until(() => this.#pid !== before || this.#how !== "");
    const deadline = Date.now() + patienceMs;
    while (!this.#how && !(await (ready?.() ?? true))) {
      if (Date.now() > deadline) this.#how = `was not ready after ${patienceMs / 1000} s`;
      else await delay(50);
    }
    if (this.#how) throw new Error(`${this.name} ${this.#how}.${await this.#tail()}`);
    this.#expected = false;
  }

  /** Ends it if it runs, starts it as it was, and waits until it is ready again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #until(holds: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const off = this.#group.onReport(() => holds() && resolve());
    if (holds()) resolve();
    await promise;
    off();
  }

  async #tail(): Promise<string> {
    const text = await readFile(this.#options.log, "utf8").catch(() => "");
    const lines = text
      .trimEnd()
      .split("\n")
      .slice(-8)
      .map((line) => `  ${line.slice(0, 400)}`);
    return text ? ` The end of its log:\n${lines.join("\n")}` : "";
  }
}
