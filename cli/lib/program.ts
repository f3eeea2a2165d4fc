import { Argument, Command, Option } from "commander";
import { type AnyCommand, allOptions, longFlag, type OptionDefinition } from "./definition.ts";
import { groupSummaries } from "./groups.ts";
import { inLanguage, type Language } from "./text.ts";

export interface ProgramOptions {
  language: Language;
  stdout: NodeJS.WritableStream;
  onRun(definition: AnyCommand, given: Record<string, unknown>, namespace?: string): Promise<void>;
}

const ZH_TITLES: Record<string, string> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Commands:": "命令：",
};

/** The parser of the command line, made from the definitions. */
export function buildProgram(commands: readonly AnyCommand[], options: ProgramOptions): Command {
  const { language, stdout } = options;
  const program = configured(new Command("hub"), options)
    .description(
      inLanguage(
        ["Builds, publishes, installs and runs cluster images.", "构建、发布、安装和运行集群镜像。"],
        language,
      ),
    )
    .helpCommand("help [command]", inLanguage(["Explain a command", "说明一个命令"], language))
    // Commands have options of the same names as the program's.
    .enablePositionalOptions();
  program.configureOutput({ writeOut: (text) => stdout.write(text) });
  for (const definition of commands) {
    const words = definition.name.split(" ");
    const last = words.pop() ?? "";
    let parent = program;
    for (const word of words) parent = groupOf(parent, word, options);
    parent.addCommand(commandOf(last, definition, options), { hidden: definition.hidden ?? false });
  }
  return program;
}

function configured(command: Command, { language, stdout }: ProgramOptions): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // Said once, by the frame, in the person's language.
      outputError: () => undefined,
      writeErr: () => undefined,
    })
    .configureHelp({
      styleTitle: (title) => (language === "zh" ? (ZH_TITLES[title] ?? title) : title),
      sortSubcommands: false,
    })
    .helpOption("-h, --help", inLanguage(["Explain this command", "说明此命令"], language));
}

function groupOf(parent: Command, word: string, options: ProgramOptions): Command {
  const present = parent.commands.find((each) => each.name() === word);
  if (present) return present;
  const group = configured(new Command(word), options);
  group.description(inLanguage(groupSummaries[word] ?? ["", ""], options.language)).helpCommand(false);
  parent.addCommand(group);
  return group;
}

function commandOf(name: string, definition: AnyCommand, options: ProgramOptions): Command {
  const { language } = options;
  const command = configured(new Command(name), options);
  command.summary(inLanguage(definition.summary, language));
  const description = definition.description && inLanguage(definition.description, language);
  command.description(
    [`${inLanguage(definition.summary, language)}.`, description].filter(Boolean).join("\n\n"),
  );
  for (const { value, help, optional, variadic, choices } of Object.values(definition.arguments)) {
    const shown = variadic ? `${value}...` : value;
    const argument = new Argument(optional ? `[${shown}]` : `<${shown}>`, inLanguage(help, language));
    if (choices) argument.choices(choices);
    command.addArgument(argument);
  }
  for (const [key, option] of Object.entries(allOptions(definition)))
    command.addOption(optionOf(key, option, language));
  if (definition.unknownOptions) command.allowUnknownOption().allowExcessArguments();
  else command.allowExcessArguments(false);
  command.addHelpText("after", examplesOf(definition, language));
  command.action(async () => {
    const { given, rest } = argumentsOf(command, definition);
    const { json: _, namespace, ...chosen } = command.opts<Record<string, unknown>>();
    await options.onRun(definition, { ...chosen, ...given, rest }, namespace as string | undefined);
  });
  return command;
}

function optionOf(key: string, definition: OptionDefinition, language: Language): Option {
  const { short, value, multiple, help, choices, required } = definition;
  const names = [short ? `-${short}` : "", longFlag(key)].filter(Boolean).join(", ");
  const option = new Option(value ? `${names} <${value}>` : names, inLanguage(help, language));
  if (choices) option.choices(choices);
  if (required) option.makeOptionMandatory();
  if (multiple) {
    option.default([], "");
    option.argParser<string[]>((each, before) => [...before, each]);
  } else if (value && definition.default !== undefined) option.default(definition.default);
  else if (!value) option.default(false).defaultValueDescription = undefined;
  return option;
}

/** Commander puts unknown options behind the operands: what was declared comes first, the rest as it was given. */
function argumentsOf(command: Command, definition: AnyCommand) {
  const first = definition.unknownOptions ? command.args.findIndex((word) => word.startsWith("-")) : -1;
  const operands = first < 0 ? [...command.args] : command.args.slice(0, first);
  const given: Record<string, unknown> = {};
  for (const [key, { variadic }] of Object.entries(definition.arguments))
    given[key] = variadic ? operands.splice(0) : operands.shift();
  return { given, rest: [...operands, ...(first < 0 ? [] : command.args.slice(first))] };
}

function examplesOf({ examples }: AnyCommand, language: Language): string {
  if (examples.length === 0) return "";
  const title = inLanguage(["Examples:", "示例："], language);
  const lines = examples.map(({ does, command }) => `  # ${inLanguage(does, language)}\n  ${command}`);
  return `\n${title}\n${lines.join("\n")}`;
}
