import { join } from "node:path";
import { fail, root } from "../runtime.mjs";

export interface Options {
  port: number;
  /** Address to listen on; loopback unless asked, because the sandbox's demo accounts have no passwords. */
  host: string;
  /** Where the sandbox keeps its state. */
  stateDir: string;
  reset: boolean;
  dev: boolean;
  /** A real cluster, when KUBECONFIG was set explicitly; absent: the sandbox. */
  kubeconfig?: string;
  /** How much faster than life the sandbox's simulated workloads run. */
  speed: number;
}

/** Reads the command line and the environment; a wrong word ends the process with one sentence. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const known = new Set(["--reset", "--dev"]);
  for (const argument of args)
    if (!known.has(argument))
      fail(`Unknown option ${argument}. Known are --reset (forget the sandbox's state) and --dev.`);
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    fail(`PORT must be a number from 1 to 65535, not "${env.PORT}".`);
  return {
    port,
    host: env.HOST || "127.0.0.1",
    stateDir: env.SANDBOX_DIR || join(root, ".sandbox"),
    reset: args.includes("--reset"),
    dev: args.includes("--dev"),
    kubeconfig: env.KUBECONFIG || undefined,
    speed: Number(env.SANDBOX_SPEED || 1),
  };
}
