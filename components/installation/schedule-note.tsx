"use client";
import { Reason } from "@/components/i18n/reason";
import { type Schedule, scheduleFault } from "@/lib/model/schedule";
import { NextChanges } from "./next-changes";

/** What an installation's schedule does next, or why it cannot be kept. */
export default function ScheduleNote({ schedule }: { schedule: Schedule }) {
  const fault = scheduleFault(schedule);
  return fault ? (
    <p role="alert" className="text-sm text-danger">
      <Reason of={fault} />
    </p>
  ) : (
    <NextChanges schedule={schedule} />
  );
}
