import { describe, expect, test } from "vitest";
import { filesNamed, readCommands, scriptOf } from "./commands.ts";
import { commandLines } from "./settings.ts";

const stepsOf = (text: string) =>
  readCommands(text).steps.map(({ verb, paths }) => `${verb} ${paths.join(" ")}`);

test("several kubectl commands are read, whatever joins them, with comments and set -e between", () => {
  const text = [
    "#!/bin/bash",
    "set -euo pipefail",
    "",
    "# first the accounts; then the rest",
    "kubectl apply -f rbac.yaml && kubectl create --filename=a.yaml -f b.yaml # both",
    "kubectl apply \\",
    "  --server-side --timeout=30s -f 'with space.yaml'; kubectl delete --ignore-not-found -f=old,older",
  ].join("\n");
  expect(readCommands(text).foreign).toBeUndefined();
  expect(stepsOf(text)).toEqual([
    "apply rbac.yaml",
    "create a.yaml b.yaml",
    "apply with space.yaml",
    "delete old older",
  ]);
  expect(readCommands(text).steps.map(({ line }) => line)).toEqual([5, 5, 6, 7]);
});

test.each([
  ["helm upgrade -i web ./web"],
  ["kubectl apply -f https://example.com/x.yaml"],
  ["kubectl apply -f -"],
  ["kubectl apply -k overlay"],
  ["kubectl apply -n other -f x.yaml"],
  ["kubectl apply --prune -l a=b -f x.yaml"],
  ["kubectl apply --dry-run=client -f x.yaml"],
  ["kubectl apply -f $FILE"],
  ["kubectl apply -f $(cat name)"],
  ['kubectl apply -f "$FILE"'],
  ["kubectl apply -f `cat name`"],
  ["kubectl apply -f manifests/*.yaml"],
  ["kubectl apply -f x.yaml || true"],
  ["kubectl apply -f x.yaml | tee log"],
  ["kubectl apply -f x.yaml > log"],
  ["kubectl apply -f x.yaml &"],
  ["kubectl apply"],
  ["kubectl apply -f"],
  ["kubectl get pods"],
  ["A=b kubectl apply -f x.yaml"],
  ["set -- a"],
  ["if true; then kubectl apply -f x.yaml; fi"],
  ["kubectl apply -f 'x.yaml"],
])("%s is left to a shell", (line) => {
  expect(readCommands(`kubectl apply -f first.yaml\n  ${line}`).foreign).toEqual({ line: 2, text: line });
});

test("a script is found behind the shell that runs it, and only when nothing else is done", () => {
  expect(scriptOf("bash entrypoint.sh")).toBe("entrypoint.sh");
  expect(scriptOf("/bin/sh -ex scripts/init.sh")).toBe("scripts/init.sh");
  expect(scriptOf("./entrypoint.sh")).toBe("./entrypoint.sh");
  for (const line of ["bash entrypoint.sh arg", "bash -c entrypoint.sh", "bash a.sh && bash b.sh", "bash $X"])
    expect(scriptOf(line)).toBeUndefined();
});

test("a folder stands for the manifests right in it, and for those below with -R", () => {
  const files = ["m/a.yaml", "m/b.json", "m/note.md", "m/deep/c.yml", "other/m/a.yaml"];
  const within = (path: string, recursive = false, folder = "") =>
    filesNamed(files, path, { folder, recursive });
  expect(within("./m/")).toEqual(["m/a.yaml", "m/b.json"]);
  expect(within("m", true)).toEqual(["m/a.yaml", "m/b.json", "m/deep/c.yml"]);
  expect(within("m", false, "other")).toEqual(["other/m/a.yaml"]);
  expect(within("../m/note.md", false, "other")).toEqual(["m/note.md"]);
  expect(within("../../etc")).toEqual([]);
});

describe("ENTRYPOINT and CMD as lines", () => {
  test.each([
    [{ Cmd: ["/bin/sh", "-c", "kubectl apply -f x"] }, ["kubectl apply -f x"]],
    [{ Entrypoint: ["bash", "entrypoint.sh"] }, ["bash entrypoint.sh"]],
    [{ Entrypoint: ["helm"], Cmd: ["upgrade", "-i", "a b", "./c"] }, ["helm upgrade -i 'a b' ./c"]],
    [
      { Cmd: ["helm upgrade -i a ./a", "kubectl apply -f x"] },
      ["helm upgrade -i a ./a", "kubectl apply -f x"],
    ],
    [{ Entrypoint: ["bash", "a.sh"], Cmd: ["bash b.sh"] }, ["bash a.sh", "bash b.sh"]],
    [{ Cmd: ["echo", "it's $(id)"] }, ["echo 'it'\\''s $(id)'"]],
    [{ Cmd: [] }, []],
  ])("%j", (settings, lines) => expect(commandLines(settings)).toEqual(lines));
});
