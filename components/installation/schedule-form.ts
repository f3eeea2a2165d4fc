import type { Schedule } from "@/lib/model/schedule";

export type Pattern = "nights" | "weekdays" | "own";

/** What the form shows: times of day for the usual patterns, cron expressions for one's own. */
export interface ScheduleForm {
  pattern: Pattern;
  /** `HH:MM`, or a cron expression; empty: never. */
  stop: string;
  start: string;
  timeZone: string;
}

const DAYS = { nights: "*", weekdays: "1-5" } as const;

/** Times of day as cron expressions, and one's own as they are. */
export function scheduleOf({ pattern, stop, start, timeZone }: ScheduleForm): Schedule {
  const expression = (text: string) => (pattern === "own" ? text.trim() : daily(text, DAYS[pattern]));
  const [stops, starts] = [expression(stop), expression(start)];
  return {
    ...(stops ? { stop: stops } : {}),
    ...(starts ? { start: starts } : {}),
    timeZone: timeZone.trim() || "UTC",
  };
}

/** How the form shows a schedule; without one, nights and weekends. */
export function formOf(schedule: Schedule | undefined, localZone: string): ScheduleForm {
  if (!schedule) return { pattern: "weekdays", stop: "20:00", start: "08:00", timeZone: localZone };
  const { stop = "", start = "", timeZone = "UTC" } = schedule;
  for (const pattern of ["nights", "weekdays"] as const) {
    const [stops, starts] = [timeOf(stop, DAYS[pattern]), timeOf(start, DAYS[pattern])];
    if (stops && starts) return { pattern, stop: stops, start: starts, timeZone };
  }
  return { pattern: "own", stop, start, timeZone };
}

function daily(time: string, days: string): string {
  const [hour, minute] = time.split(":");
  return hour && minute ? `${Number(minute)} ${Number(hour)} * * ${days}` : "";
}

function timeOf(expression: string, days: string): string | undefined {
  const [minute = "", hour = "", ...rest] = expression.split(" ");
  if (rest.join(" ") !== `* * ${days}` || !/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour))
    return undefined;
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}
