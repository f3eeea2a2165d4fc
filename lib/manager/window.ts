import { Cron } from "croner";
import type { UpgradeWindow } from "../model/resources.ts";

/**
 * Milliseconds until a maintenance window is open; 0 while it is; undefined when it never opens.
 * @throws Error when the schedule is no cron expression of five fields or the time zone is unknown
 */
export function opensIn(
  { schedule, durationMinutes, timeZone = "UTC" }: UpgradeWindow,
  now: Date,
): number | undefined {
  const lasts = durationMinutes * 60_000;
  const cron = new Cron(schedule, { timezone: timeZone, mode: "5-part" });
  const opening = cron.nextRun(new Date(now.getTime() - lasts));
  if (!opening) return undefined;
  if (opening.getTime() + lasts > now.getTime()) return Math.max(0, opening.getTime() - now.getTime());
  // It has closed within the second that is cut off.
  const next = cron.nextRun(now);
  return next ? next.getTime() - now.getTime() : undefined;
}
