import { Cron } from "croner";
import { because, type Reason } from "./reasons.ts";

/** When an installation stops and starts by itself: cron expressions of five fields in a time zone. */
export interface Schedule {
  stop?: string;
  start?: string;
  /** IANA name; default UTC. */
  timeZone?: string;
}

export interface ScheduledChange {
  does: "stop" | "start";
  at: Date;
}

export interface ScheduleFault extends Reason {
  field: keyof Schedule;
  message: string;
}

const EVENTS = ["stop", "start"] as const;

/** What is wrong with a schedule; undefined when it can be kept. */
export function scheduleFault(schedule: Schedule): ScheduleFault | undefined {
  const { timeZone } = schedule;
  if (timeZone !== undefined && !isTimeZone(timeZone))
    return {
      field: "timeZone",
      message: `There is no time zone called ${timeZone}. Write one like Europe/Berlin, Asia/Shanghai or UTC.`,
      ...because("schedule-zone", { zone: timeZone }),
    };
  for (const field of EVENTS) {
    const expression = schedule[field];
    if (expression === undefined) continue;
    const parsed = parse(expression, timeZone);
    if (!parsed)
      return {
        field,
        message: `"${expression}" is not a time to ${field}. Write five fields: minute, hour, day of the month, month, day of the week, such as 0 20 * * 1-5.`,
        ...because("schedule-cron", { expression }),
      };
    if (!parsed.nextRun())
      return {
        field,
        message: `"${expression}" never comes. Choose a day that exists.`,
        ...because("schedule-never", { expression }),
      };
  }
  if (schedule.stop === undefined && schedule.start === undefined)
    return {
      field: "stop",
      message: "Say when it stops, when it starts, or both.",
      ...because("schedule-empty", {}),
    };
  return undefined;
}

/** What a faultless schedule asked for last, at or before `now`. Of both at one moment, starting counts. */
export function lastChange(schedule: Schedule, now: Date): ScheduledChange | undefined {
  const after = new Date(now.getTime() + 1);
  const last = EVENTS.flatMap((does) => {
    const [at] = cronOf(schedule, does)?.previousRuns(1, after) ?? [];
    return at ? [{ does, at }] : [];
  });
  return last.sort((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
}

/** The next times of a faultless schedule after `from`, the sooner first. */
export function nextChanges(schedule: Schedule, from: Date): ScheduledChange[] {
  const next = EVENTS.flatMap((does) => {
    const at = cronOf(schedule, does)?.nextRun(from);
    return at ? [{ does, at }] : [];
  });
  return next.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function cronOf(schedule: Schedule, does: (typeof EVENTS)[number]): Cron | undefined {
  const expression = schedule[does];
  return expression === undefined ? undefined : parse(expression, schedule.timeZone);
}

/** Undefined when it is not a cron expression of five fields; its shorthands (`@daily`) are not taken. */
function parse(expression: string, timeZone = "UTC"): Cron | undefined {
  if (!/^\S+( +\S+){4}$/.test(expression)) return undefined;
  try {
    return new Cron(expression, { timezone: timeZone, mode: "5-part", paused: true });
  } catch {
    return undefined;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
