import type { Output } from "./output.ts";
import type { Language } from "./text.ts";

/** What a command knows of where it was called. */
export interface Context {
  out: Output;
  language: Language;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Aborts when the person presses Ctrl-C or the process is told to end. */
  signal: AbortSignal;
  json: boolean;
  /** Of `-n`; undefined: the kubeconfig's. */
  namespace?: string;
}
