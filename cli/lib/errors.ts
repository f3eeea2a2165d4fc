import { inLanguage, type Language, type Params, type Text } from "./text.ts";

/** Exit codes that scripts can use; docs/cli.md lists them from here. */
export const exitCodes = {
  ok: [0, ["It was done.", "已完成。"]],
  failed: [1, ["It was tried and failed; the message says why.", "执行失败，消息说明了原因。"]],
  usage: [2, ["The command line is wrong; nothing was done.", "命令行有误，没有执行任何操作。"]],
  "not-found": [3, ["Something that was named does not exist.", "指定的对象不存在。"]],
  "not-allowed": [4, ["Signing in is needed, or the right is missing.", "需要登录，或没有权限。"]],
  unreachable: [5, ["A cluster, registry or Hub does not answer.", "集群、镜像仓库或 Hub 没有响应。"]],
  interrupted: [130, ["Ctrl-C; what was begun was left in order.", "被 Ctrl-C 中断，已有序停止。"]],
} as const satisfies Record<string, readonly [number, Text]>;

export type ExitCode = keyof typeof exitCodes;

/** What happened, to what, why and what to do, in both languages; ends the command with its exit code. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly text: Text;
  readonly params: Params;
  readonly exit: ExitCode;

  constructor(text: Text, { params = {}, exit = "failed", cause }: ErrorDetails = {}) {
    super(inLanguage(text, "en", params), cause === undefined ? undefined : { cause });
    this.text = text;
    this.params = params;
    this.exit = exit;
  }
}

interface ErrorDetails {
  params?: Params;
  exit?: ExitCode;
  cause?: unknown;
}

export interface Explained {
  exit: ExitCode;
  message: string;
}

/** An error of any part of the project, as a sentence and an exit code. */
export function explain(error: unknown, language: Language): Explained {
  if (error instanceof CommandError)
    return { exit: error.exit, message: inLanguage(error.text, language, error.params) };
  if (!(error instanceof Error)) return { exit: "failed", message: String(error) };
  const missing = missingWorkspace(error);
  if (missing) return { exit: "not-found", message: inLanguage(NO_WORKSPACE, language, { name: missing }) };
  const { zh } = error as { zh?: unknown };
  if (language === "zh" && typeof zh === "string") return { exit: exitOf(error), message: zh };
  return { exit: exitOf(error), message: error.message };
}

const NO_WORKSPACE: Text = [
  "There is no workspace {name}. It is made when its owner first signs in to the console.",
  "没有工作空间 {name}。它会在所有者首次登录控制台时创建。",
];

/** The namespace that an API server says does not exist. */
function missingWorkspace(error: Error & { status?: unknown; body?: unknown }): string | undefined {
  const { details } = (error.body ?? {}) as { details?: { kind?: unknown; name?: unknown } };
  return error.status === 404 && details?.kind === "namespaces" ? String(details.name) : undefined;
}

/** API servers' and registries' errors carry an HTTP status; 0 is no answer. */
function exitOf(error: Error & { status?: unknown; code?: unknown }): ExitCode {
  if (error.name === "AbortError") return "interrupted";
  if (error.name === "OciError" && error.code === "invalid-reference") return "usage";
  const { status } = error;
  if (status === 404) return "not-found";
  if (status === 401 || status === 403) return "not-allowed";
  if (status === 0 || status === 502 || status === 503 || status === 504) return "unreachable";
  return "failed";
}

/** A bug of ours, not something about the person's input: worth its stack. */
export function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
