import { ApiError } from "../../cluster/index.ts";
import { timeoutOf } from "../../install/action.ts";
import type { Action } from "../../model/image.ts";
import { ProblemError } from "../../model/problem.ts";
import {
  type ActionPhase,
  type ActionRun,
  API_VERSION,
  type Installation,
  label,
} from "../../model/resources.ts";
import { resolveFor } from "../access.ts";
import { report, type Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { isFinished } from "./queue.ts";

/** Condition of an Installation whose actions at installing were begun: they are begun once in its life. */
const BEGUN = "InstallActionsBegun";
/** Beyond its own limit, an action gets so long for waiting in line and starting. */
const GRACE_SECONDS = 30;

/**
 * Begins the image's ON_INSTALL actions once the Installation runs for the first time. The runs' names follow from the
 * Installation, so an interruption between making them and noting it makes none twice.
 */
export async function beginInstallActions(world: World, { installation, memory }: Subject): Promise<void> {
  const { status } = installation;
  if (memory.installActionsBegun || status?.phase !== "Running") return;
  if (!status.conditions?.some(({ type }) => type === BEGUN)) {
    const actions = await actionsAt(world, installation, "ON_INSTALL");
    for (const action of actions) await begin(world, installation, action, "on-install");
    if (actions.length > 0)
      await report(
        world,
        { installation, memory },
        {
          conditions: [
            {
              type: BEGUN,
              status: "True",
              reason: "Begun",
              message: actions.map(({ name }) => name).join(", "),
            },
          ],
        },
      );
  }
  memory.installActionsBegun = true;
}

/**
 * Carries the image's ON_UNINSTALL actions out before anything is taken apart, one after the other. True once they have
 * finished, failed, cannot be begun or have had their time: they are reported and never keep an app from leaving. Their
 * runs outlive the Installation, for what they say.
 */
export async function uninstallActionsOver(world: World, { installation }: Subject): Promise<boolean> {
  for (const action of await actionsAt(world, installation, "ON_UNINSTALL")) {
    const run = await begin(world, installation, action, "on-uninstall");
    if (run && !isFinished(run) && !isLate(run, action)) return false;
  }
  return true;
}

/** Whether it has had its time: from when it was begun; of one that still waits, from when it was made. */
function isLate({ metadata, status }: ActionRun, action: Action): boolean {
  const since = Date.parse(status?.startedAt ?? metadata.creationTimestamp ?? "");
  return Date.now() - since > (timeoutOf(action) + GRACE_SECONDS) * 1000;
}

async function actionsAt(world: World, installation: Installation, phase: ActionPhase): Promise<Action[]> {
  const { digest } = installation.status ?? {};
  if (!digest) return [];
  try {
    const { content } = await resolveFor(
      world,
      installation.metadata.namespace ?? "",
      installation.spec.image,
      digest,
    );
    return content.actions.filter((action) => action.phase === phase);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    world.recorder.record(installation, "Warning", "ActionsUnreadable", error.message);
    return [];
  }
}

/** Makes the run, or finds it made; undefined, and an Event, when the cluster does not take it. */
async function begin(
  world: World,
  installation: Installation,
  action: Action,
  event: "on-install" | "on-uninstall",
): Promise<ActionRun | undefined> {
  const { name, namespace = "", uid = "" } = installation.metadata;
  // With the Installation's uid: another life of the same app begins its actions anew.
  const run = `${name}-${event}-${uid.slice(0, 8)}-${action.name}`;
  const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name: run };
  const existing = await world.cluster.find<ActionRun>(reference);
  if (existing) return existing;
  try {
    return await world.cluster.create<ActionRun>(
      {
        apiVersion: API_VERSION,
        kind: "ActionRun",
        metadata: {
          name: run,
          namespace,
          labels: { [label.installation]: name },
          ...(event === "on-install" && {
            ownerReferences: [{ apiVersion: API_VERSION, kind: "Installation", name, uid }],
          }),
        },
        spec: { installation: name, action: action.name },
      },
      { fieldManager: "app-manager" },
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0 || error.status === 429) throw error;
    if (error.reason === "AlreadyExists") return world.cluster.get<ActionRun>(reference);
    world.recorder.record(installation, "Warning", "ActionNotBegun", `${action.name}: ${error.message}`);
    return undefined;
  }
}
