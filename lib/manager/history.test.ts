import { describe, expect, test } from "vitest";
import type { Condition } from "../model/kubernetes.ts";
import { annotation, type HistoryEntry, type Installation } from "../model/resources.ts";
import { historyAfter, historyClosed } from "./history.ts";

type Status = NonNullable<Installation["status"]>;
const created = "2026-03-01T08:00:00Z";
const now = "2026-03-01T09:00:00.000Z";

const writer = (manager: string, time: string, fields: object = { "f:spec": { "f:image": {} } }) => ({
  manager,
  time,
  operation: "Update",
  fieldsV1: fields,
});

function installation(
  history: HistoryEntry[],
  {
    spec = {},
    writers = [writer("hub-page.alice", created)],
    metadata = {},
  }: { spec?: object; writers?: object[]; metadata?: object } = {},
): Installation {
  return {
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "Installation",
    metadata: { name: "web", creationTimestamp: created, managedFields: writers, ...metadata },
    spec: { image: "labring/web:1.0.0", ...spec },
    status: { history },
  };
}

const conditions = (ready: string, reason: string, applied = "True"): Condition[] => [
  { type: "Applied", status: applied as "True", reason: "Done", message: "", lastTransitionTime: now },
  { type: "Ready", status: ready as "True", reason, message: "", lastTransitionTime: now },
];
const running: Partial<Status> = { phase: "Running", revision: 1, conditions: conditions("True", "Ready") };
const installed: HistoryEntry = {
  at: created,
  event: "Installed",
  by: "hub-page.alice",
  image: "labring/web:1.0.0",
  revision: 1,
};
const ready: HistoryEntry = { at: "2026-03-01T08:01:00Z", event: "Ready" };
const events = (history: HistoryEntry[]) => history.map(({ event }) => event);

describe("an installation's record", () => {
  test("begins with who installed it, and gets its revision when there is one", () => {
    const first = historyAfter(installation([]), { phase: "Pending" }, { now });
    const { revision: _, ...without } = installed;
    expect(first).toEqual([without]);
    expect(historyAfter(installation(first), { phase: "Installing", revision: 1 }, { now })).toEqual([
      installed,
    ]);
  });

  test("stays the same object while nothing happens, however often it is looked at", () => {
    const history = [installed, ready];
    expect(historyAfter(installation(history), running, { now })).toBe(history);
    const flapping = { ...running, phase: "Degraded", conditions: conditions("False", "Starting") } as const;
    expect(historyAfter(installation(history), flapping, { now })).toBe(history);
  });

  test("tells an upgrade, a change of inputs and a rollback apart, with who asked and when", () => {
    const at = "2026-03-01T08:30:00Z";
    const writers = [writer("hub-page.alice", created), writer("hub-cli.bob", at)];
    const upgraded = installation([installed, ready], { spec: { image: "labring/web:2.0.0" }, writers });
    expect(historyAfter(upgraded, { ...running, revision: 2 }, { now }).slice(2)).toEqual([
      { at, event: "Upgraded", by: "hub-cli.bob", image: "labring/web:2.0.0", revision: 2 },
      { at: now, event: "Ready" },
    ]);
    const changed = installation([installed, ready], { writers });
    expect(historyAfter(changed, { ...running, revision: 2 }, { now })[2]?.event).toBe("Changed");
    expect(historyAfter(changed, { ...running, revision: 2 }, { now, restored: true })[2]?.event).toBe(
      "RolledBack",
    );
  });

  test("tells other inputs of before, for which going back pins the image, from a tag that has moved", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const pinned = installation([installed], { spec: { image: `labring/web:1.0.0@${digest}` } });
    const eventOf = (was: string) =>
      historyAfter(
        { ...pinned, status: { ...pinned.status, digest: was } },
        { ...running, revision: 2, digest },
        { now },
      )[1]?.event;
    expect(eventOf(digest)).toBe("RolledBack");
    expect(eventOf(`sha256:${"b".repeat(64)}`)).toBe("Upgraded");
  });

  test("calls nothing ready that has not been applied", () => {
    const applying = { ...running, revision: 2, conditions: conditions("True", "Ready", "False") };
    expect(events(historyAfter(installation([installed, ready]), applying, { now }))).toEqual([
      "Installed",
      "Ready",
      "Changed",
    ]);
  });

  test("keeps one line for a failure that is found again and again, and another for another", () => {
    const failed: Partial<Status> = {
      phase: "Failed",
      revision: 1,
      message: "x".repeat(2000),
      reason: "image-pull",
      params: { image: "nginx:none" },
    };
    const once = historyAfter(installation([installed]), failed, { now });
    expect(once[1]).toMatchObject({ event: "Failed", reason: "image-pull", message: "x".repeat(500) });
    expect(historyAfter(installation(once), failed, { now })).toBe(once);
    expect(events(historyAfter(installation(once), { ...failed, reason: "crash" }, { now }))).toEqual([
      "Installed",
      "Failed",
      "Failed",
    ]);
  });

  test("says when it was stopped and started, once each", () => {
    const stopped = historyAfter(
      installation([installed, ready], { spec: { suspended: true } }),
      { phase: "Suspended", revision: 1 },
      { now },
    );
    expect(events(stopped)).toEqual(["Installed", "Ready", "Stopped"]);
    expect(historyAfter(installation(stopped, { spec: { suspended: true } }), running, { now })[3]).toEqual({
      at: now,
      event: "Ready",
    });
    expect(events(historyAfter(installation(stopped), running, { now }))).toEqual([
      ...["Installed", "Ready", "Stopped", "Started", "Ready"],
    ]);
  });

  test("names who asked to uninstall only when they said so right before", () => {
    const deletedAt = "2026-03-01T09:00:00Z";
    const field = { "f:metadata": { "f:annotations": { [`f:${annotation.uninstallRequested}`]: {} } } };
    const leaving = (askedAt: string) =>
      installation([installed, ready], {
        writers: [writer("hub-page.alice", created), writer("hub-page.carol", askedAt, field)],
        metadata: { deletionTimestamp: deletedAt },
      });
    const uninstalling: Partial<Status> = { phase: "Uninstalling", revision: 1 };
    const asked = historyAfter(leaving(deletedAt), uninstalling, { now });
    expect(asked.at(-1)).toEqual({ at: deletedAt, event: "UninstallRequested", by: "hub-page.carol" });
    const closed = historyClosed({ ...leaving(deletedAt), status: { history: asked } }, now);
    expect(closed.at(-1)).toEqual({ at: now, event: "Uninstalled", by: "hub-page.carol" });
    expect(historyAfter(leaving("2026-03-01T08:10:00Z"), uninstalling, { now }).at(-1)).toEqual({
      at: deletedAt,
      event: "UninstallRequested",
    });
  });

  test("keeps the beginning of a long failure, in words and in what fills them", () => {
    const long = "x".repeat(100_000);
    const failed: Partial<Status> = {
      ...{ phase: "Failed", revision: 1, message: long },
      ...{ reason: "object-refused", params: { name: "web", reason: long, tries: 3 } },
    };
    const entry = historyAfter(installation([installed]), failed, { now }).at(-1);
    expect(entry).toMatchObject({ event: "Failed", params: { name: "web", tries: 3 } });
    expect(JSON.stringify(entry).length).toBeLessThan(2_000);
  });

  test("is bounded: old outcomes go first, the install stays", () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      at: `2026-03-01T08:${String(index).padStart(2, "0")}:00Z`,
      event: index % 2 ? ("Failed" as const) : ("Changed" as const),
      ...(index % 2 ? {} : { image: "labring/web:1.0.0", revision: index + 2 }),
    }));
    const history = historyAfter(installation([installed, ...many]), { ...running, revision: 99 }, { now });
    expect(history).toHaveLength(30);
    expect(history[0]).toEqual(installed);
    expect(history.at(-1)?.event).toBe("Ready");
    expect(history.filter(({ event }) => event === "Changed").length).toBeGreaterThan(27);
  });
});
