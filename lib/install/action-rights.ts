import { readCommands } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import type { GrantedRight } from "../model/plan.ts";
import { because } from "../model/reasons.ts";

/** So much of a command is shown. */
const SHOWN = 300;

/** What actions of an image may do that run programs: anything that the workspace's application account may. */
export function actionRights({ actions }: Pick<ImageContent, "actions">, account: string): GrantedRight[] {
  return actions.flatMap(({ name, phase, cmd = [] }): GrantedRight[] => {
    const programs = cmd.filter((line) => readCommands(line).foreign);
    if (programs.length === 0) return [];
    const text = programs.join("; ");
    const command = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    const words = phase
      ? because("right-action-event", { action: name, command, event: phase })
      : because("right-action", { action: name, command });
    const when = phase ? ` by itself (${phase})` : "";
    return [
      {
        subject: account,
        verbs: ["*"],
        resources: ["*"],
        level: "warning",
        message: `The action ${name} runs a program with the rights of your workspace${when}: ${command}`,
        ...words,
      },
    ];
  });
}
