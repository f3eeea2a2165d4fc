import { ApiProblem } from "./problem";

const TIMES = 20;

/**
 * For a query or mutation that is to be asked again while the server says that it did nothing yet, such as while the
 * cluster counts a kind that is new: about a minute and a half at most. Meanwhile `failureReason` is what it says.
 */
export const whileBusy = {
  retry: (times: number, error: Error): boolean =>
    times < TIMES && error instanceof ApiProblem && error.code === "too-many",
  retryDelay: 2_000,
};
