import { expect, it } from "vitest";
import type { Desktop } from "@/lib/model/resources";
import { type DesktopSpec, rebase } from "./merge";
import { DesktopSync } from "./sync";

/** A server and a clock in hand. */
function world(spec: DesktopSpec) {
  const state = { base: {} as DesktopSpec, spec };
  const timers = new Set<() => void>();
  const sent: Record<string, unknown>[] = [];
  let fail = false;
  let keeps: (spec: DesktopSpec) => DesktopSpec = (each) => each;
  const sync = new DesktopSync({
    read: () => state,
    save: async (patch) => {
      sent.push(patch);
      if (fail) throw new Error("gone");
      return { spec: keeps({ ...state.base, ...patch } as DesktopSpec) } as Desktop;
    },
    onSaved: (saved, before) => {
      state.spec = rebase(before, state.spec, saved.spec);
      state.base = saved.spec;
    },
    onHeard: (remote) => {
      state.spec = rebase(state.base, state.spec, remote);
      state.base = remote;
    },
    onTrouble: () => undefined,
    setTimer: (run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  });
  const tick = async () => {
    const due = [...timers];
    timers.clear();
    for (const run of due) run();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    state,
    sent,
    sync,
    tick,
    pending: () => timers.size,
    setFail: (value: boolean) => {
      fail = value;
    },
    setKeeps: (value: typeof keeps) => {
      keeps = value;
    },
  };
}

it("sends many changes as one patch, once they have ended", async () => {
  const { sync, sent, state, tick } = world({ theme: "dark" });
  sync.touch();
  state.spec = { theme: "light" };
  sync.touch();
  expect(sent).toEqual([]);
  await tick();
  expect(sent).toEqual([{ theme: "light" }]);
});

it("tries again after a failure and stops once it is saved", async () => {
  const { sync, sent, tick, setFail, pending } = world({ theme: "dark" });
  setFail(true);
  sync.touch();
  await tick();
  setFail(false);
  await tick();
  await tick();
  expect(sent).toHaveLength(2);
  expect(pending()).toBe(0);
});

it("does not send for ever what the server keeps differently", async () => {
  const { sync, sent, tick, setKeeps } = world({ theme: "dark" });
  setKeeps(() => ({}));
  sync.touch();
  for (let turn = 0; turn < 5; turn += 1) await tick();
  expect(sent).toHaveLength(1);
});

it("keeps what is opened again while its closing is being saved, whatever the server tells meanwhile", async () => {
  const open: DesktopSpec = {
    icons: [],
    windows: [{ app: "notes", state: "normal", bounds: { x: 0, y: 0, width: 400, height: 300 }, z: 1 }],
  };
  const closed: DesktopSpec = { icons: [], windows: [] };
  const { sync, sent, state, tick } = world(closed);
  state.base = open;
  sync.touch();
  const saving = tick();
  state.spec = open;
  sync.hear(closed);
  await saving;
  expect(state.spec).toEqual(open);
  sync.touch();
  await tick();
  expect(sent).toEqual([{ windows: [] }, { windows: open.windows }]);
});
