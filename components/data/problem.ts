import { type Problem, type ProblemCode, problems } from "@/lib/model/problem";

/** What `api` throws: the server's problem, or one made here when the server could not be reached. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  /** The request never got an answer. */
  readonly offline: boolean;

  constructor(problem: Problem, extra: { offline?: boolean; cause?: unknown } = {}) {
    super(problem.detail ?? problem.title, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = "ApiProblem";
    this.problem = problem;
    this.offline = extra.offline ?? false;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The message for one input or form field, if the problem is about it. */
  field(name: string): string | undefined {
    return this.problem.fields?.find((field) => field.field === name)?.message;
  }
}

/** A problem of our own making, e.g. for an answer that was none. */
export function makeProblem(code: ProblemCode, detail?: string): Problem {
  const { status, title } = problems[code];
  return { type: `about:blank#${code}`, title, status, code, ...(detail ? { detail } : {}) };
}

/** Any thrown value as a problem; what is not an `ApiProblem` counts as a fault of the console. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  return makeProblem("internal", error instanceof Error ? error.message : String(error));
}

/** Reads an error answer; anything that is not problem+json becomes the nearest problem by its status. */
export async function readProblem(response: Response): Promise<Problem> {
  const requestId = response.headers.get("x-request-id") ?? undefined;
  if (response.headers.get("content-type")?.includes("json")) {
    try {
      const body = (await response.json()) as Partial<Problem>;
      if (typeof body.code === "string" && body.code in problems) {
        return { ...makeProblem(body.code), ...body, ...(body.requestId || !requestId ? {} : { requestId }) };
      }
    } catch (error) {
      return { ...makeProblem(nearest(response.status), String(error)), ...(requestId ? { requestId } : {}) };
    }
  }
  return { ...makeProblem(nearest(response.status)), ...(requestId ? { requestId } : {}) };
}

function nearest(status: number): ProblemCode {
  if (status === 401) return "signed-out";
  if (status === 502 || status === 503 || status === 504) return "cluster-unreachable";
  const codes = Object.keys(problems) as ProblemCode[];
  return (
    codes.find((code) => problems[code].status === status) ?? (status < 500 ? "bad-request" : "internal")
  );
}
