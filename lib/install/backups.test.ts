import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { backupsView } from "./backups.ts";

const NOW = new Date("2026-11-29T10:00:00Z");
const job = (name: string, createdAt: string, status: object, more: object = {}): KubernetesObject => ({
  ...{ apiVersion: "batch/v1", kind: "Job" },
  metadata: {
    ...{ name, creationTimestamp: createdAt },
    ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "nightly", uid: "u" }],
    ...more,
  },
  status,
});
const ended = (type: string, at: string, message = "") => ({
  startTime: "2026-11-28T02:30:00Z",
  conditions: [{ type, status: "True", lastTransitionTime: at, message }],
});

describe("backups", () => {
  it("are the Jobs of the CronJob, the newest first, with how long each took and why it failed", () => {
    const jobs = [
      job("old", "2026-11-27T02:30:00Z", {
        ...ended("Complete", "x"),
        completionTime: "2026-11-28T02:31:00Z",
      }),
      job("other", "2026-11-28T09:00:00Z", {}, { ownerReferences: [] }),
      job("bad", "2026-11-28T02:30:00Z", ended("Failed", "2026-11-28T02:32:00Z", "no room")),
      job(
        "now",
        "2026-11-29T09:59:00Z",
        { startTime: "2026-11-29T09:59:01Z" },
        {
          annotations: { "cronjob.kubernetes.io/instantiate": "manual" },
        },
      ),
    ];
    expect(backupsView({ name: "nightly", cronJob: undefined, jobs }, NOW)).toEqual({
      runs: [
        { name: "now", phase: "Running", manual: true, startedAt: "2026-11-29T09:59:01Z" },
        {
          ...{ name: "bad", phase: "Failed", manual: false, message: "no room" },
          ...{ startedAt: "2026-11-28T02:30:00Z", finishedAt: "2026-11-28T02:32:00Z" },
        },
        {
          ...{ name: "old", phase: "Succeeded", manual: false },
          ...{ startedAt: "2026-11-28T02:30:00Z", finishedAt: "2026-11-28T02:31:00Z" },
        },
      ],
    });
  });

  it("come next when the schedule says, unless it is suspended", () => {
    const cronJob = (spec: object) => ({
      ...{ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "nightly" }, spec },
    });
    const schedule = (spec: object) =>
      backupsView({ name: "nightly", cronJob: cronJob(spec), jobs: [] }, NOW).schedule;
    expect(schedule({ schedule: "30 2 * * *", timeZone: "Asia/Shanghai" })).toEqual({
      ...{ expression: "30 2 * * *", timeZone: "Asia/Shanghai", suspended: false },
      nextAt: "2026-11-29T18:30:00.000Z",
    });
    expect(schedule({ schedule: "30 2 * * *", suspend: true })).toEqual({
      ...{ expression: "30 2 * * *", suspended: true },
    });
  });
});
