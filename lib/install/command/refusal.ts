import type { ForeignCommand } from "../../images/index.ts";
import { because } from "../../model/reasons.ts";
import type { Blocker } from "../rules.ts";

/** Why a command is not carried out where no container is: it names the line, and the way out. */
export function needsContainer({ file, line, text }: ForeignCommand & { file: string }): Blocker {
  return {
    code: "command-container",
    message: `${file}, line ${line}: "${text}" needs a shell in a container, and this console runs none. Without one, only kubectl apply -f, create -f and delete -f are carried out. Use an image with manifests/ or chart/, or ask an administrator to set a runner image (RUNNER_IMAGE).`,
    ...because("command-container", { file, line, text }),
  };
}
