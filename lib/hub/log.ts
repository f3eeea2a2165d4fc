import pino, { type Logger } from "pino";

export type { Logger };

/** One JSON line per event on standard output. What could hold a credential is cut out, wherever it is nested. */
export function createLogger(level = process.env.LOG_LEVEL || "info"): Logger {
  const secret = [
    "authorization",
    "cookie",
    "password",
    "token",
    "secret",
    "secretInputs",
    "data",
    "stringData",
  ];
  return pino({
    level,
    base: { process: "web" },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[hidden]" },
  });
}
