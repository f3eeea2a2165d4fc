import { Cron } from "croner";

/** Numbers, ranges, lists and steps: what every API server takes; no names, and no `L`, `W` or `#`. */
const FIELDS = /^[\d*,/-]+( +[\d*,/-]+){4}$/;
/** The seventh day of the week, which is 0 in Kubernetes. */
const SEVENTH = /(^|[,/-])7(?=$|[,/-])[^ ]*$/;

/** Whether a CronJob takes this as its schedule: five fields of numbers, each within its bounds. */
export function isCronSchedule(text: string): boolean {
  const day = text.slice(text.lastIndexOf(" ") + 1);
  return FIELDS.test(text) && !SEVENTH.test(day) && parsed(text, "UTC") !== undefined;
}

/** When a CronJob's schedule comes due after `from`; undefined for one that is not understood, or never does. */
export function nextDue(schedule: string, timeZone: string | undefined, from: Date): Date | undefined {
  return parsed(schedule, timeZone ?? "Etc/UTC")?.nextRun(from) ?? undefined;
}

function parsed(schedule: string, timezone: string): Cron | undefined {
  try {
    return new Cron(schedule, { timezone, paused: true });
  } catch {
    return undefined;
  }
}
