import { expect, test } from "vitest";
import { type BinItem, isRestoredAs, keptIn } from "../install/bin.ts";
import { type ActionRun, API_VERSION, type Installation, label } from "../model/resources.ts";
import { briefItem, briefRun } from "./copies.ts";

const long = "x".repeat(1_000_000);

test("a run's copy tells whose turn it is and whether it was cancelled, and nothing that it was given or printed", () => {
  const run: ActionRun = {
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name: "r", namespace: "ns-a", managedFields: [{ manager: "kubectl" }] },
    spec: { installation: "web", action: "restart", inputs: { text: long }, cancelled: true },
    status: { phase: "Running", output: long },
  };
  expect(briefRun(run)).toEqual({
    ...run,
    metadata: { name: "r", namespace: "ns-a" },
    spec: { installation: "web", action: "restart", cancelled: true },
    status: { phase: "Running" },
  });
  const { status: _, ...waiting } = run;
  expect(briefRun(waiting)).not.toHaveProperty("status");
});

test("an item's copy tells what it keeps and whose place it can take", () => {
  const kept = [{ kind: "Secret", name: "web" }, { kind: "Pod", name: "x" }, long];
  const item = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "web.bin.1", namespace: "ns-a", labels: { [label.bin]: "web" } },
    revision: 1,
    data: { installation: { spec: { image: "org/web:1", inputs: { text: long } } }, title: long, kept },
  } as unknown as BinItem;
  const copy = briefItem(item);
  expect(JSON.stringify(copy).length).toBeLessThan(1_000);
  expect(keptIn(copy)).toEqual(keptIn(item));
  const back = { metadata: { name: "web" }, spec: { image: "org/web:2" } } as Installation;
  expect(isRestoredAs(copy, back)).toBe(true);
  expect(isRestoredAs(copy, { ...back, spec: { image: "org/other:1" } })).toBe(false);
  expect(briefItem({ ...item, data: undefined as unknown as BinItem["data"] }).data.kept).toEqual([]);
});
