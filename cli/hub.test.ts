import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { allOptions } from "./lib/definition.ts";
import { documentCommands } from "./lib/document.ts";
import { commandsFor } from "./lib/find.ts";
import { groupSummaries } from "./lib/groups.ts";
import { hub } from "./testing/hub.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe("the command line", () => {
  it("explains itself and each command, with examples", async () => {
    const help = await hub(["--help"]);
    expect(help.code).toBe(0);
    for (const { name, hidden } of commands) {
      if (!hidden) expect(help.stdout).toContain(`\n  ${name.split(" ")[0]}`);
    }
    const one = await hub(["completion", "--help"]);
    expect(one.stdout).toMatch(/Usage: hub completion .*<SHELL>/);
    expect(one.stdout).toContain("Examples:\n  # In this shell\n  source <(hub completion bash)");
  });

  it("a wrong word suggests the right one and ends with 2", async () => {
    const word = await hub(["verzion"]);
    expect(word).toMatchObject({ code: 2, stdout: "" });
    expect(word.stderr).toBe("hub: There is no command verzion. Did you mean version? See hub --help.\n");
    const option = await hub(["version", "--jsn"]);
    expect(option).toMatchObject({ code: 2, stdout: "" });
    expect(option.stderr).toContain("There is no option --jsn. Did you mean --json?");
  });

  it("speaks the language of LC_ALL or LANG", async () => {
    const wrong = await hub(["verzion"], { env: { LC_ALL: "zh_CN.UTF-8" } });
    expect(wrong.stderr).toBe("hub: 没有命令 verzion。您是指 version 吗？请查看 hub --help。\n");
    const help = await hub(["completion", "--help"], { env: { LC_ALL: "", LANG: "zh_CN.UTF-8" } });
    expect(help.stdout).toContain("用法： hub completion");
  });

  it("with --json prints one document, and an error as one on standard error", async () => {
    const version = await hub(["version", "--json"]);
    expect(version.stdout.trim().split("\n")).toHaveLength(1);
    expect(version.json()).toMatchObject({ node: process.versions.node });
    const wrong = await hub(["completion", "--json"]);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: "usage" } });
  });

  it("every sentence is in both languages, and every command has an example", () => {
    for (const definition of commands) {
      const { summary, description, examples, arguments: words } = definition;
      const options = Object.values(allOptions(definition));
      const texts = [summary, description ?? summary, ...examples.map(({ does }) => does)];
      for (const [en, zh] of [...texts, ...[...Object.values(words), ...options].map(({ help }) => help)]) {
        expect(en, definition.name).not.toBe("");
        expect(zh, `${definition.name}: ${en}`).toMatch(/[\u4e00-\u9fff]/);
      }
      if (!definition.hidden) expect(examples.length, definition.name).toBeGreaterThan(0);
      for (const group of definition.name.split(" ").slice(0, -1))
        expect(groupSummaries[group], definition.name).toBeDefined();
    }
  });

  it("a command of one word is had without the others", async () => {
    for (const definition of commands)
      if (!definition.name.includes(" ")) expect(await commandsFor(definition.name)).toEqual([definition]);
    for (const word of ["org", "help", "--help", "verzion", undefined])
      expect(await commandsFor(word)).toBe(commands);
  });

  it("docs/cli.md is what the definitions say (write it with: node cli/document.ts)", async () => {
    expect(await readFile(here("../docs/cli.md"), "utf8")).toBe(documentCommands(commands));
  });
});

describe("hub as people start it", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hub-cli-"));
    await symlink(here("hub.mjs"), join(folder, "hub"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("runs through a link on the PATH", () => {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const run = spawnSync("hub", ["version", "--json"], { cwd: folder, env, encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toHaveProperty("version");
  });

  it("completes commands, options and choices in a real bash", () => {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, LC_ALL: "C.UTF-8" };
    const complete = (line: string) => {
      const script = `
        _get_comp_words_by_ref() { cur="\${COMP_WORDS[COMP_CWORD]}"; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; prev="\${COMP_WORDS[COMP_CWORD-1]}"; }
        _init_completion() { _get_comp_words_by_ref; }
        compopt() { :; }
        source <(hub completion bash)
        COMP_LINE=${JSON.stringify(line)}; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(${line}); [[ "$COMP_LINE" == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((\${#COMP_WORDS[@]}-1))
        $(complete -p hub | sed -E 's/.*-F ([^ ]+).*/\\1/')
        printf '%s\\n' "\${COMPREPLY[@]}"`;
      const run = spawnSync("bash", ["-c", script], { env, encoding: "utf8" });
      expect(run.stderr).toBe("");
      return run.stdout.split("\n").map((each) => each.trim().split(/[\s(]/)[0]);
    };
    expect(complete("hub comple")).toContain("completion");
    expect(complete("hub completion ")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
    expect(complete("hub version --js")).toContain("--json");
  });

  it("prints scripts that zsh and fish would read, for another name as well", async () => {
    expect((await hub(["completion", "zsh"])).stdout).toContain("#compdef hub");
    expect((await hub(["completion", "fish", "--for", "sealos"])).stdout).toContain("complete -c sealos");
  });
});
