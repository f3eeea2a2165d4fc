import { push } from "../commands/push.ts";
import type { Context } from "../lib/context.ts";
import { silenced } from "../lib/output.ts";
import { type Installed, installPushed } from "../tenant/install-pushed.ts";
import { type BuildOptions, build } from "./build.ts";

interface RunOptions extends BuildOptions {
  /** What it is in the Hub, `org/repo`. */
  name: string;
  /** Ends when what is built is outdated. */
  saved: AbortSignal;
}

/** Objects that a line names; of more it says how many. */
const NAMED = 4;

/** From the folder to the running app; one line says what changed. Throws what went wrong on the way. */
export async function runRound(context: Context, { name, saved, ...options }: RunOptions): Promise<void> {
  const started = performance.now();
  const { built, references } = await build(context, options);
  const [reference] = references;
  if (!reference) return;
  for (const each of options.tag)
    await push.run(silenced(context), {
      reference: each,
      from: undefined,
      plainHttp: options.plainHttp,
      rest: [],
    });
  const { digest } = built.descriptor;
  const current = { ...context, signal: AbortSignal.any([context.signal, saved]) };
  const installed = await installPushed(current, { name, reference, digest });
  const seconds = (performance.now() - started) / 1000;
  const { status } = installed.installation;
  context.out.result(
    { name, digest, phase: status?.phase, address: status?.address, changes: installed.changes, seconds },
    () =>
      context.out.say(
        [
          "{time} {image} {changes}, {phase} after {seconds} s",
          "{time} {image} {changes}，{seconds} 秒后 {phase}",
        ],
        {
          time: new Date().toTimeString().slice(0, 8),
          image: `${name}@${digest.slice(0, "sha256:".length + 12)}`,
          changes: wordsOf(context, installed),
          phase: [status?.phase, status?.address].filter(Boolean).join(" "),
          seconds: seconds.toFixed(1),
        },
      ),
  );
}

function wordsOf({ out }: Context, { changes }: Installed): string {
  if (changes.length === 0) return out.say(["nothing changed", "没有变化"]);
  const words = { create: "+", change: "~", prune: "-" } as Record<string, string>;
  const named = changes
    .slice(0, NAMED)
    .map(({ operation, kind, name }) => `${words[operation] ?? ""}${kind}/${name}`)
    .join(" ");
  const more = changes.length - NAMED;
  return more > 0
    ? out.say(["{named} and {more} more", "{named} 等（另 {more} 个）"], { named, more })
    : named;
}
