/** Differences that are known, with why they are there. */
export interface Known {
  /** Why the sandbox answers otherwise. */
  reason: string;
  /** `services 3`: the fourth request of the group `services`. */
  requests: string[];
}

/** `services 3` of `services 3: POST /api/…`. */
export const nameOf = (request: string) => request.slice(0, request.indexOf(":"));

export const percent = (same: number, all: number) => `${((100 * same) / all).toFixed(1)} %`;

/** A line for each reason. `what` is the singular of what is counted. */
export function reasons(known: readonly Known[], what = "request"): string[] {
  return known.map(
    ({ reason, requests }) => `- ${reason} (${requests.length} ${what}${requests.length === 1 ? "" : "s"})`,
  );
}
