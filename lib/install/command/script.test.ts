import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { ProblemError } from "../../model/problem.ts";
import { commandScript } from "./script.ts";

const workspace = { bytes: 0, env: { MODE: "fast", PATH: "/evil", BASH_ENV: "/evil" }, folder: "" };

const scriptOf = (line: string, inputs: Record<string, string> = {}) =>
  commandScript({
    lines: [line],
    workspace,
    scope: { inputs, defaults: { "app.name": "shop" }, SEALOS_NAMESPACE: "ns-a" },
    seed: "00",
  });

/** What bash makes of the script: the words that it gives a program. */
function words({ script, env }: { script: string; env: Record<string, string> }): string[] {
  const show = 'show() { printf "%s\\0" "$@"; }\n';
  const said = execFileSync("bash", ["--norc", "-e", "-c", show + script], {
    env: { ...process.env, ...env },
  });
  return said.toString("utf8").split("\0").slice(0, -1);
}

const hostile = [
  "; echo pwned",
  "$(echo pwned)",
  "`echo pwned`",
  '" pwned "',
  "' pwned '",
  "a b\tc\nd",
  "*",
  "\\",
  "${HOME}",
  "$(SEALOS_NAMESPACE)",
  "${{ inputs.x }}",
  "",
];

test.each([
  ["show $(x)", (value: string) => [value]],
  ['show "a-$(x)-b"', (value: string) => [`a-${value}-b`]],
  ["show 'a-$(x)-b'", (value: string) => [`a-${value}-b`]],
  ["show --set a=${{ inputs.x }}", (value: string) => ["--set", `a=${value}`]],
  ["show \"it's\" $(x) 'and \"' ${{ inputs.x }}", (value: string) => ["it's", value, 'and "', value]],
  ["show a # don't $(x)\nshow $(x)", (value: string) => ["a", value]],
])("whatever an input holds, %j gives it to the program as it is", async (line, expected) => {
  for (const value of hostile) {
    const script = await scriptOf(line, { x: value });
    if (value.length > 2) expect(script.script).not.toContain(value);
    expect(words(script)).toEqual(expected(value));
  }
});

test("expressions are computed once, and their value is a variable as well", async () => {
  const script = await scriptOf("show ${{ inputs.n * 2 }} $(SEALOS_NAMESPACE) $MODE $app_name", { n: "21" });
  expect(words(script)).toEqual(["42", "ns-a", "fast", "shop"]);
});

test("brackets that name nothing known stay the shell's own, and quotes within them count by themselves", async () => {
  const line = 'show $(printf hi) "\\$(printf no)" "$(printf %s "$(x)")" $(x)';
  expect(words(await scriptOf(line, { x: "a  b" }))).toEqual(["hi", "$(printf no)", "a  b", "a  b"]);
});

test("no input and no ENV of the image leads the shell elsewhere", async () => {
  const { env } = await scriptOf("true", {
    LD_PRELOAD: "x",
    KUBECONFIG: "x",
    HUB_MARK: "x",
    IFS: "x",
    ok: "1",
  });
  expect(Object.keys(env).sort()).toEqual(["MODE", "SEALOS_NAMESPACE", "app_name", "ok"]);
});

test.each([
  ['bash -c "echo $(x)"'],
  ["sh -ec 'echo ${{ inputs.x }}'"],
  ['eval "a=$(x)"'],
  ["echo $(( $(x) + 1 ))"],
  ["[[ $(x) -eq 1 ]]"],
])("%s, which would read the value as code once more, is refused", async (line) => {
  const refused = await scriptOf(line, { x: "1" }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused).toMatchObject({ reason: "command-nested" });
});
