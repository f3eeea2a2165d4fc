const SECOND = 1000;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;

/** How long ago an instant was, as kubectl writes it; "<unknown>" when there is none. */
export function age(instant: string | undefined, now: number): string {
  const then = instant === undefined ? Number.NaN : Date.parse(instant);
  return Number.isNaN(then) ? "<unknown>" : duration(now - then);
}

/** A duration in milliseconds with at most two units: `35s`, `2m10s`, `5h3m`, `3d4h`, `2y10d`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / SECOND);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  const two = (unit: number, name: string, small: number, smallName: string) => {
    const rest = Math.floor((seconds % unit) / small);
    return `${Math.floor(seconds / unit)}${name}${rest ? `${rest}${smallName}` : ""}`;
  };
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return two(MINUTE, "m", 1, "s");
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return two(HOUR, "h", MINUTE, "m");
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return two(DAY, "d", HOUR, "h");
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return two(YEAR, "y", DAY, "d");
  return `${Math.floor(seconds / YEAR)}y`;
}
