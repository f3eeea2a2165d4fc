import { expect, test } from "vitest";
import { type Change, turns } from "./turns.ts";

let clock = 0;
const lease = (by: string, leads = true): Change => ({
  by,
  at: ++clock,
  what: "lease",
  leads,
  onLease: true,
});
const change = (by: string): Change => ({ by, at: ++clock, what: "app", leads: false, onLease: false });

test.for<[string, Change[], string[], string[]]>([
  ["a leader's changes are in its turn", [lease("a"), change("a"), lease("a"), change("a")], ["a"], []],
  [
    "what comes after another has got the lease is not",
    [lease("a"), lease("b"), change("a")],
    ["a", "b"],
    ["a: app"],
  ],
  ["nor what one changes who never led", [lease("a"), change("b")], ["a"], ["b: app"]],
  ["who asks for the lease in vain leads nobody", [lease("a"), lease("b", false), change("a")], ["a"], []],
  ["who gets it back may go on", [lease("a"), lease("b"), lease("a"), change("a")], ["a", "b", "a"], []],
])("%s", ([, changes, leaders, outOfTurn]) => {
  expect(turns(changes.toReversed())).toEqual({ leaders, outOfTurn });
});
