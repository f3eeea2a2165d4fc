import { simulatedImage } from "./images.ts";
import { knownProgram } from "./programs.ts";
import type { Container, Pod } from "./types.ts";

/** How a container's imagined process behaves. */
export interface Process {
  /** Time until it ends by itself, in life's milliseconds; undefined: it runs until it is told to stop. */
  endsAfterMs?: number;
  exitCode: number;
  /** Time from start to ready, in life's milliseconds; 0 without probes. */
  readyAfterMs: number;
}

const LONGEST_PROBE_MS = 8_000;
const LONGEST_RUN_MS = 60_000;

/**
 * Decides from image, command and probes. Pods that need not restart for ever come to an end; a literal `sleep N` or a
 * last `exit N` in their command is honoured, nothing else of it is; of some images it is known how their programs end.
 */
export function processOf(pod: Pod, container: Container, isInit: boolean): Process {
  if (simulatedImage(container.image ?? "").crashes)
    return { endsAfterMs: 800, exitCode: 1, readyAfterMs: 0 };
  const readyAfterMs = probeMs(container);
  const sidecar = isInit && container.restartPolicy === "Always";
  const ends = isInit ? !sidecar : (pod.spec.restartPolicy ?? "Always") !== "Always";
  if (!ends) return { exitCode: 0, readyAfterMs };
  const command = [...(container.command ?? []), ...(container.args ?? [])].join(" ").trim();
  const slept = [...command.matchAll(/\bsleep\s+(\d+(?:\.\d+)?)/g)].reduce(
    (sum, [, text]) => sum + Number(text),
    0,
  );
  const exit = /\bexit\s+(\d{1,3})\s*;?$/.exec(command)?.[1];
  const known = knownProgram(container);
  const exitCode = known
    ? known.exitCode
    : exit
      ? Number(exit) % 256
      : /(^|[\s;&/])false$/.test(command)
        ? 1
        : 0;
  const endsAfterMs = Math.min(LONGEST_RUN_MS, (isInit ? 400 : 1_200) + slept * 1000);
  return { endsAfterMs, exitCode, readyAfterMs };
}

function probeMs({ readinessProbe, startupProbe }: Container): number {
  const probes = [startupProbe, readinessProbe].filter((probe) => probe !== undefined);
  if (probes.length === 0) return 0;
  const initial = probes.reduce((sum, probe) => sum + (probe.initialDelaySeconds ?? 0) * 1000, 0);
  return Math.min(LONGEST_PROBE_MS, initial + 400 * probes.length);
}
