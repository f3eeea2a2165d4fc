import { type AnyCommand, allOptions, longFlag } from "./definition.ts";
import { exitCodes } from "./errors.ts";

/** docs/cli.md as Markdown. */
export function documentCommands(commands: readonly AnyCommand[]): string {
  const shown = commands.filter(({ hidden }) => !hidden);
  const list = shown.map(
    ({ name, summary }) => `| [\`hub ${name}\`](#hub-${name.replaceAll(" ", "-")}) | ${summary[0]} |`,
  );
  const codes = Object.entries(exitCodes).map(
    ([name, [code, [meaning]]]) => `| ${code} | ${name} | ${meaning} |`,
  );
  return `${[
    "# The command line",
    "<!-- Written by `node cli/document.ts` from the definitions in cli/commands/. -->",
    [
      "Results go to standard output, everything else to standard error. With `--json` the result is one JSON document, or",
      'one per line, and an error is `{"error": {"code", "message"}}` on standard error. Sentences are in English, or in',
      "Chinese where `LC_ALL` or `LANG` say so; `NO_COLOR` is respected.",
    ].join("\n"),
    ["| command | what it does |", "|---|---|", ...list].join("\n"),
    "## Exit codes",
    ["| code | name | meaning |", "|---|---|---|", ...codes].join("\n"),
    ...shown.map(section),
  ].join("\n\n")}\n`;
}

function section(definition: AnyCommand): string {
  const { name, summary, description, examples } = definition;
  const words = Object.values(definition.arguments);
  const usage = words.map(({ value, optional, variadic }) => {
    const word = variadic ? `${value}...` : value;
    return optional ? `[${word}]` : word;
  });
  const argumentRows = words.map(({ value, help, choices }) => row(`\`${value}\``, help[0], choices));
  const optionRows = Object.entries(allOptions(definition)).map(
    ([key, { short, value, help, choices, required, default: usual }]) => {
      const flags = `${short ? `-${short}, ` : ""}${longFlag(key)}${value ? ` ${value}` : ""}`;
      const more = [required ? " (required)" : "", usual ? ` (default \`${usual}\`)` : ""].join("");
      return row(`\`${flags}\``, `${help[0]}${more}`, choices);
    },
  );
  return [
    `## hub ${name}`,
    `${summary[0]}.${description ? ` ${description[0]}` : ""}`,
    `\`\`\`\n${["hub", name, "[options]", ...usage].join(" ")}\n\`\`\``,
    ["| word | meaning |", "|---|---|", ...argumentRows, ...optionRows].join("\n"),
    ...(examples.length > 0
      ? [`\`\`\`sh\n${examples.map(({ does, command }) => `# ${does[0]}\n${command}`).join("\n")}\n\`\`\``]
      : []),
  ].join("\n\n");
}

function row(word: string, help: string, choices: readonly string[] | undefined): string {
  const more = choices ? `: ${choices.map((each) => `\`${each}\``).join(", ")}` : "";
  return `| ${word} | ${`${help}${more}`.replaceAll("|", "\\|")} |`;
}
