const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** "5 minutes ago" in the locale. Times in milliseconds since the epoch; below 5 s it says "now". */
export function formatRelative(then: number, now: number, locale: string): string {
  const seconds = Math.round((then - now) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (Math.abs(seconds) < 5) return format.format(0, "second");
  for (const [unit, length] of steps) {
    // What is over counts whole units; what comes is rounded, or seven days would be six a moment later.
    const count = seconds < 0 ? Math.trunc(seconds / length) : Math.round(seconds / length);
    if (Math.abs(seconds) >= length) return format.format(count, unit);
  }
  return format.format(seconds, "second");
}

/** Date and time to the second, with the zone. `then` in milliseconds since the epoch. */
export function formatExact(then: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }).format(then);
}
