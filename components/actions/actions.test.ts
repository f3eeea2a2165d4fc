import { expect, test } from "vitest";
import type { ActionRun, ActionSummary } from "@/lib/model/resources";
import { actionsFor, byState, grouped, runsOf } from "./actions";
import { clock } from "./clock";

test("time is told in minutes and seconds, and never before its beginning", () => {
  expect([0, 999, 61_000, 3_600_000 + 62_000, -5, Number.NaN].map(clock)).toEqual([
    "0:00",
    "0:00",
    "1:01",
    "1:01:02",
    "0:00",
    "0:00",
  ]);
});

const thing = { apiVersion: "example.com/v1", kind: "Thing" };
const actions: ActionSummary[] = [
  { name: "scale", by: "patch", target: thing },
  { name: "clean", by: "cmd" },
  { name: "first", by: "cmd", phase: "ON_INSTALL" },
];

test("people start what acts on the kind, or on the installation, and never what starts by itself", () => {
  expect(actionsFor(actions, { ...thing, apiVersion: "example.com/v2" }).map(({ name }) => name)).toEqual([
    "scale",
  ]);
  expect(actionsFor(actions).map(({ name }) => name)).toEqual(["clean"]);
});

test("actions are listed by what they are for, and what says nothing comes last", () => {
  const named = (name: string, group?: ActionSummary["group"]): ActionSummary => ({
    ...{ name, by: "patch" },
    ...(group && { group }),
  });
  const all = [named("odd"), named("restart", "upkeep"), named("resize", "size"), named("scale", "size")];
  expect(grouped(all).map(({ group, actions }) => [group, ...actions.map(({ name }) => name)])).toEqual([
    ["size", "resize", "scale"],
    ["upkeep", "restart"],
    [undefined, "odd"],
  ]);
});

test("what cannot be done now stands apart, but for the one whose form is open", () => {
  const unavailable = { message: "It runs.", reason: "action-check", params: {} } as const;
  const all: ActionSummary[] = [
    { name: "stop", by: "patch" },
    { name: "start", by: "patch", unavailable },
    { name: "close", by: "patch", unavailable },
  ];
  const names = ({ now, later }: ReturnType<typeof byState>) =>
    [now, later].map((some) => some.map(({ name }) => name));
  expect(names(byState(all, undefined))).toEqual([["stop"], ["start", "close"]]);
  expect(names(byState(all, "start"))).toEqual([["stop", "start"], ["close"]]);
});

test("a target's runs are its own, the newest first", () => {
  const run = (name: string, spec: Partial<ActionRun["spec"]>): ActionRun => ({
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "ActionRun",
    metadata: { name, creationTimestamp: `2026-01-0${name}T00:00:00Z` },
    spec: { action: "a", ...spec },
  });
  const runs = [
    run("1", { installation: "x" }),
    run("2", { installation: "x" }),
    run("3", { instance: { ...thing, name: "x" } }),
    run("4", { installation: "y" }),
  ];
  expect(runsOf(runs, { installation: "x" }).map(({ metadata }) => metadata.name)).toEqual(["2", "1"]);
  expect(runsOf(runs, { instance: { ...thing, name: "x" } }).map(({ metadata }) => metadata.name)).toEqual([
    "3",
  ]);
});
