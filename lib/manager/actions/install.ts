import { groupKind } from "../../install/references.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { parseImageReference } from "../../model/names.ts";
import { API_VERSION, type Installation } from "../../model/resources.ts";
import { resolveFor } from "../access.ts";
import type { World } from "../world.ts";
import { RunFailed } from "./run-failed.ts";

const INSTALLATION = groupKind({ apiVersion: API_VERSION, kind: "Installation" });

export function isInstallation(object: KubernetesObject): object is Installation {
  return groupKind(object) === INSTALLATION;
}

/**
 * Whether the workspace may install what an action wants to: it is said before anything is made.
 * @throws ProblemError `image-unknown`, or as reading the image does
 */
export async function checkInstallable(
  world: World,
  namespace: string,
  { spec }: Installation,
): Promise<void> {
  await resolveFor(world, namespace, spec.image);
}

/** @throws RunFailed unless the app that is there under the name is the one that is wanted */
export function checkSame(there: Installation, wanted: Installation): void {
  const { name, deletionTimestamp } = there.metadata;
  if (deletionTimestamp)
    throw new RunFailed("Refused", `${name} is being uninstalled; run this again once it is gone.`);
  const [found, asked] = [there, wanted].map(({ spec }) => parseImageReference(spec.image));
  if (found?.org !== asked?.org || found?.repo !== asked?.repo)
    throw new RunFailed(
      "Refused",
      `Another app, ${there.spec.image}, is installed as ${name}; uninstall it first.`,
    );
}
