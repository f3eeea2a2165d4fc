import { CommanderError } from "commander";
import type { AnyCommand } from "./definition.ts";
import { exitCodes, explain, isBug } from "./errors.ts";
import { Output, type Streams } from "./output.ts";
import { buildProgram } from "./program.ts";
import { languageOf } from "./text.ts";
import { explainUsage } from "./usage.ts";

interface Surroundings extends Streams {
  env: NodeJS.ProcessEnv;
  cwd: () => string;
}

/** Runs one command line and returns the exit code. */
export async function runHub(
  commands: readonly AnyCommand[],
  args: string[],
  { stdout, stderr, env, cwd }: Surroundings = process,
): Promise<number> {
  const language = languageOf(env);
  const interrupted = new AbortController();
  const interrupt = () => {
    // The second time there is no waiting.
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted[0]);
    interrupted.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  const end = args.indexOf("--");
  const json = args.slice(0, end < 0 ? undefined : end).includes("--json");
  const out = new Output({ stdout, stderr }, { json, language, env });
  try {
    const [first, second, ...words] = args;
    // What completion scripts ask.
    if (first === "complete" && second === "--") {
      const { completeWords } = await import("./complete.ts");
      completeWords(commands, words, language);
      return exitCodes.ok[0];
    }
    const program = buildProgram(commands, {
      language,
      stdout,
      onRun: (definition, given, namespace) =>
        definition.run(
          {
            out,
            language,
            env,
            cwd: cwd(),
            signal: interrupted.signal,
            json,
            ...(namespace ? { namespace } : {}),
          },
          given as never,
        ),
    });
    await program.parseAsync(args, { from: "user" });
    return interrupted.signal.aborted ? exitCodes.interrupted[0] : exitCodes.ok[0];
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.ok[0];
      out.error(explainUsage(error, language), "usage");
      return exitCodes.usage[0];
    }
    if (interrupted.signal.aborted) {
      out.error(out.say(["Interrupted.", "已中断。"]), "interrupted");
      return exitCodes.interrupted[0];
    }
    const { exit, message } = explain(error, language);
    out.error(isBug(error) && env.HUB_DEBUG ? `${(error as Error).stack}` : message, exit);
    return exitCodes[exit][0];
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  }
}
