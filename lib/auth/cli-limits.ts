import { INTERVAL_SECONDS } from "../hub/cli-logins.ts";
import { SpokenProblem } from "../hub/messages.ts";
import { clientOf } from "./handler.ts";
import { RateLimit } from "./rate-limit.ts";

/** Codes that one person may look at or decide on in a minute: among 20^8 nobody comes upon another's. */
const MOST_CODES = 60;

/** Limits on the steps of a command line's sign-in, per replica. */
export class CliLimits {
  readonly #perClient: RateLimit;
  readonly #all: RateLimit;
  readonly #codes = new RateLimit(MOST_CODES);
  readonly #polls = new RateLimit(Math.ceil(60 / INTERVAL_SECONDS) + 3);

  constructor(limit: { client: number; all: number }) {
    this.#perClient = new RateLimit(limit.client);
    this.#all = new RateLimit(limit.all);
  }

  /** Anybody may begin or end one: what they ask makes or reads an object. Throws `sign-in-too-often`. */
  attempt(request: Request): void {
    const seconds = this.#perClient.take(clientOf(request)) || this.#all.take("");
    if (seconds > 0) throw new SpokenProblem("sign-in-too-often", { seconds });
  }

  /** A signed-in person typed a code. Throws `sign-in-too-often`. */
  code(uid: string): void {
    const seconds = this.#codes.take(uid);
    if (seconds > 0) throw new SpokenProblem("sign-in-too-often", { seconds });
  }

  /** A command line asks whether its code was confirmed. Throws `login-too-fast`. */
  poll(deviceCode: string): void {
    if (this.#polls.take(deviceCode) > 0)
      throw new SpokenProblem("login-too-fast", { seconds: 2 * INTERVAL_SECONDS, error: "slow_down" });
  }
}
