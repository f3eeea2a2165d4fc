import { RootCommand } from "@bomb.sh/tab";
import { type AnyCommand, allOptions, longFlag } from "./definition.ts";
import { groupSummaries } from "./groups.ts";
import { inLanguage, type Language } from "./text.ts";

/** Prints what can come next after `words` (the last of them is being typed), in the completion scripts' format. */
export function completeWords(commands: readonly AnyCommand[], words: string[], language: Language): void {
  const root = new RootCommand();
  const say = (values: readonly string[]) => (offer: (value: string, description: string) => void) => {
    for (const value of values) offer(value, "");
  };
  for (const definition of commands.filter(({ hidden }) => !hidden)) {
    const words = definition.name.split(" ").slice(0, -1);
    for (const [at, word] of words.entries()) {
      const group = words.slice(0, at + 1).join(" ");
      if (!root.commands.has(group))
        root.command(group, inLanguage(groupSummaries[word] ?? ["", ""], language));
    }
    const command = root.command(definition.name, inLanguage(definition.summary, language));
    for (const [key, option] of Object.entries(allOptions(definition))) {
      const name = longFlag(key).slice(2);
      const help = inLanguage(option.help, language);
      const values = option.choices ?? option.complete?.() ?? [];
      if (option.value) command.option(name, help, say(values), option.short);
      else command.option(name, help, option.short ?? "");
    }
    for (const { value, choices, complete, variadic } of Object.values(definition.arguments))
      command.argument(value, say(choices ?? complete?.() ?? []), variadic ?? false);
  }
  root.parse(words);
}
