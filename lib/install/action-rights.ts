import { readCommands } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import type { GrantedRight } from "../model/plan.ts";
import { because } from "../model/reasons.ts";

/** So much of a command is shown. */
const SHOWN = 300;

/**
 * What actions of an image may do that run programs: anything that the workspace's application account may, or, in an
 * image of their own, what they are given of its Secrets.
 * @param runner whether the cluster has an image for those that bring none
 */
export function actionRights(
  { actions }: Pick<ImageContent, "actions">,
  account: string,
  runner: boolean,
): GrantedRight[] {
  return actions.flatMap(({ name, phase, image, env = {}, cmd = [] }): GrantedRight[] => {
    if (image) {
      const secrets = Object.values(env).flatMap((each) => ("secret" in each ? each.secret.key : []));
      const params = { action: name, image, secrets: [...new Set(secrets)].join(", ") || "–" };
      return [
        {
          level: "info",
          message: `The action ${name} runs a program in your workspace, in the container image ${image}. Of your Secrets it is given: ${params.secrets}.`,
          ...because("right-action-image", params),
        },
      ];
    }
    const programs = runner ? cmd.filter((line) => readCommands(line).foreign) : [];
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
