import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { removeCgroup } from "./cgroups.ts";
import type { Home, Order, ProcessSpec, Reply, RunResult } from "./protocol.ts";

export interface EnclosureOptions extends Home {
  /** Folders in front of the PATH. */
  path: string[];
  /** A process inside ended that nobody had asked to. */
  onEnd: (name: string, how: string) => void;
}

interface Waiting {
  resolve(value: number | RunResult | undefined): void;
  reject(error: Error): void;
}

const SUPERVISOR = join(import.meta.dirname, "inside.ts");
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const STOP_MS = 10_000;

/**
 * A network, a process table and a mount table of their own (namespaces(7)). When its first process ends, the kernel
 * ends every other one and takes the interfaces, packet filter rules and mounts with them; the host never sees any.
 */
export class Enclosure {
  readonly #child: ChildProcess;
  readonly #home: Home;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #nextId = 1;

  constructor({ dir, owned, cgroup, path, onEnd }: EnclosureOptions) {
    this.#home = { dir, owned, cgroup };
    const log = openSync(join(dir, "supervisor.log"), "a");
    // The shell is the first process inside: it collects the orphans that Node would leave as zombies.
    const shell = ["sh", "-c", '"$@" & wait $!', "sh"];
    const node = [process.execPath, "--disable-warning=ExperimentalWarning", SUPERVISOR];
    const namespaces = [
      "--net",
      "--mount",
      "--pid",
      "--ipc",
      "--uts",
      "--fork",
      "--kill-child",
      "--mount-proc",
    ];
    this.#child = spawn("unshare", [...namespaces, ...shell, ...node, JSON.stringify(this.#home)], {
      // Ctrl-C is for the host alone, which then stops this in order.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: { ...process.env, NODE_OPTIONS: "", PATH: [...path, SYSTEM_PATH].join(":") },
    });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        for (const { reject } of this.#waiting.values()) reject(new Error(how));
        this.#waiting.clear();
        resolve();
      };
      this.#child.once("error", (error) => end(`The namespaces cannot be made: ${error.message}`));
      this.#child.once("exit", () => end("The supervisor inside the namespaces has ended."));
    });
    this.#child.on("message", (reply: Reply) => {
      if ("ended" in reply) return onEnd(reply.ended, reply.how);
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ("error" in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.value);
    });
  }

  #order(order: Order, handle?: import("node:net").Server): Promise<number | RunResult | undefined> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, ...order }, handle, {}, (error) => {
        if (error && this.#waiting.delete(id)) reject(error);
      });
    });
  }

  /** Starts a process that stays; returns its id inside. */
  async start(spec: ProcessSpec): Promise<number> {
    return (await this.#order({ do: "start", ...spec })) as number;
  }

  /** Runs a program to its end. */
  async run(program: string, args: string[], input?: string): Promise<RunResult> {
    return (await this.#order({ do: "run", program, args, input })) as RunResult;
  }

  /** As `run`; throws with what the program wrote when it fails. */
  async mustRun(program: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(program, args);
    if (code === 0) return stdout;
    throw new Error(`${program} ${args.join(" ")} failed: ${(stderr || stdout).trim()}`);
  }

  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    await this.#order({ do: "signal", name, signal });
  }

  /** Ends a process in order and starts it again; returns its new id inside. */
  async restart(name: string): Promise<number> {
    return (await this.#order({ do: "restart", name })) as number;
  }

  /** Listens on the host's loopback and connects everyone to an address inside. `port` 0 takes a free one. */
  async forward(port: number, to: { host: string; port: number }): Promise<number> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    const address = server.address();
    // The socket belongs to the host's network wherever it is read; only its reader is inside.
    await this.#order({ do: "forward", ...to }, server);
    server.close();
    return typeof address === "object" && address ? address.port : port;
  }

  /** Ends everything inside and waits until it has gone, cgroups included. */
  async stop(): Promise<void> {
    if (this.#child.connected) {
      const kill = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
      // A supervisor that is gone already cannot answer; that it is gone is what counts.
      await Promise.race([this.#order({ do: "stop" }).catch(() => undefined), this.#ended]);
      await this.#ended;
      clearTimeout(kill);
    }
    await removeCgroup(this.#home.cgroup);
  }
}
