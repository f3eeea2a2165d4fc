import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ended {
  code: number;
  /** What people read. */
  lines: string[];
  noise: string;
}

/**
 * Runs an action's script as its container does, with these variables and nothing else; programs in `shims` by their
 * names stand before the machine's.
 */
export async function runScript(
  script: string,
  env: Record<string, string>,
  shims: Record<string, string> = {},
): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), "hub-script-"));
  try {
    for (const [name, text] of Object.entries(shims))
      await writeFile(join(folder, name), text, { mode: 0o755 });
    await writeFile(join(folder, "command.sh"), script);
    const PATH = `${folder}:${process.env.PATH}`;
    return await new Promise((resolve) => {
      const variables: object = { ...env, HOME: folder, PATH };
      const child = execFile(
        "bash",
        ["-e", "command.sh"],
        { cwd: folder, env: variables as NodeJS.ProcessEnv },
        (error, stdout, stderr) =>
          resolve({
            code: Number(error?.code ?? 0),
            lines: stdout.trimEnd().split("\n"),
            noise: stderr.trimEnd(),
          }),
      );
      child.stdin?.end();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
