import type { ProblemCode } from "../../model/problem.ts";

/** By name: the problem's code, and what is said in English and Chinese. `{name}` are parameters. */
export type Sentences = Record<string, readonly [ProblemCode, en: string, zh: string]>;
