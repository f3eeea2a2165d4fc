import type { CommanderError } from "commander";
import { inLanguage, type Language, type Text } from "./text.ts";

/** What is wrong with the command line. The parser words it in English; the pattern takes out what it is about. */
const sentences: Record<string, readonly [RegExp, Text]> = {
  "commander.unknownCommand": [
    /unknown command '(.*)'/,
    ["There is no command {a}.{hint} See hub --help.", "没有命令 {a}。{hint}请查看 hub --help。"],
  ],
  "commander.unknownOption": [
    /unknown option '(.*)'/,
    ["There is no option {a}.{hint} See --help.", "没有选项 {a}。{hint}请查看 --help。"],
  ],
  "commander.missingArgument": [
    /missing required argument '(.*)'/,
    ["{a} is missing. See --help.", "缺少 {a}。请查看 --help。"],
  ],
  "commander.optionMissingArgument": [
    /option '(.*)' argument missing/,
    ["The option {a} needs a value. See --help.", "选项 {a} 需要一个值。请查看 --help。"],
  ],
  "commander.missingMandatoryOptionValue": [
    /required option '(.*)' not specified/,
    ["The option {a} is required. See --help.", "必须给出选项 {a}。请查看 --help。"],
  ],
  "commander.excessArguments": [
    /: ([^:]*)\.$/,
    ["There are too many words: {a}. See --help.", "多余的参数：{a}。请查看 --help。"],
  ],
  "commander.invalidArgument": [/^(.*)$/s, ["{a}", "{a}"]],
};

export function explainUsage({ code, message }: CommanderError, language: Language): string {
  if (code === "commander.help")
    return inLanguage(["Say which command. See hub --help.", "请指定命令。请查看 hub --help。"], language);
  const plain = message.replace(/^error: /, "");
  const [pattern, text] = sentences[code] ?? [];
  const found = pattern?.exec(plain)?.[1];
  if (!text || found === undefined) return plain;
  const similar = /\(Did you mean (?:one of )?(.*)\?\)/s.exec(plain)?.[1];
  const hint = similar ? inLanguage([` Did you mean ${similar}?`, `您是指 ${similar} 吗？`], language) : "";
  return inLanguage(text, language, { a: found, hint });
}
