import type { Cluster } from "../../lib/cluster/index.ts";
import { parseImageReference } from "../../lib/model/names.ts";
import type { Installation, UpgradeSettings } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { findHubApi } from "./hub-api.ts";
import { getInstallation, INSTALLATION, inputsOf, untilRunning } from "./installation.ts";
import { declaredInputs, printPlan, writeInputs } from "./run.ts";
import { writableWorkspaceOf } from "./workspace.ts";

interface Given {
  name: string;
  to: string | undefined;
  wait: boolean;
  set?: string[];
  dryRun?: boolean;
  atomic?: boolean;
  timeout?: string | undefined;
  policy?: string | undefined;
  recreate?: string[];
}

/** Wants another image of an installation, or says what it takes by itself. */
export async function upgradeInstallation(context: Context, given: Given): Promise<void> {
  const { name, to, dryRun = false, wait } = given;
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const current = await getInstallation(cluster, namespace, name);
  const upgrade = settingsOf(given);
  if (given.policy !== undefined && to === undefined) {
    const changed = await change(cluster, current, { upgrade });
    context.out.result(changed, () =>
      context.out.say(["{name} takes by itself: {policy}", "{name} 自动升级：{policy}"], {
        name,
        policy: given.policy ?? "",
      }),
    );
    return;
  }
  const image = imageAfter(current, to);
  if (image === undefined) {
    context.out.note(
      ["{name} is at {image}, and nothing newer is there.", "{name} 已是 {image}，没有更新的版本。"],
      { name, image: current.spec.image },
    );
    return;
  }
  const inputs = inputsOf(given.set ?? []);
  const { recreate = [] } = given;
  if (dryRun) return printPlan(context, namespace, { image, name, inputs, recreate });
  const declared = (await findHubApi(context)) ? await declaredInputs(context, image) : undefined;
  const { open, inputsFrom } = await writeInputs(cluster, current, inputs, declared);
  const gone = Object.keys(current.spec.inputs ?? {}).filter(
    (input) => declared && !declared.some((each) => each.name === input),
  );
  const patched = await change(cluster, current, {
    image,
    inputs: { ...open, ...Object.fromEntries(gone.map((input) => [input, null])) },
    ...(inputsFrom ? { inputsFrom } : {}),
    ...(upgrade || recreate.length > 0 || current.spec.upgrade?.recreate
      ? { upgrade: { ...upgrade, recreate: recreate.length > 0 ? recreate : null } }
      : {}),
  });
  const state = wait ? await untilRunning(context, cluster, patched) : patched;
  context.out.result(state, () => `${name}: ${current.spec.image} → ${image}`);
}

async function change(
  cluster: Cluster,
  { metadata }: Installation,
  spec: Record<string, unknown>,
): Promise<Installation> {
  return cluster.patch<Installation>(
    { ...INSTALLATION, namespace: metadata.namespace ?? "", name: metadata.name },
    { spec },
    { type: "merge" },
  );
}

/** The image to change to; a tag that has moved is named by its digest too. Undefined: nothing is to be changed. */
function imageAfter({ spec, status }: Installation, to: string | undefined): string | undefined {
  const { org, repo, tag } = parseImageReference(spec.image) ?? {};
  const { available } = status ?? {};
  const wanted = to ?? available?.tag;
  if (wanted === undefined) return undefined;
  const image = `${org}/${repo}:${wanted}`;
  if (wanted !== tag) return image;
  return available?.tag === tag ? `${image}@${available.digest}` : undefined;
}

function settingsOf({ atomic, timeout, policy }: Given): UpgradeSettings | undefined {
  if (policy !== undefined && policy !== "none" && policy !== "patch" && policy !== "minor")
    throw new CommandError(
      [
        "--policy takes none, patch or minor, not {policy}.",
        "--policy 应为 none、patch 或 minor，而不是 {policy}。",
      ],
      { params: { policy }, exit: "usage" },
    );
  const timeoutSeconds = timeout === undefined ? undefined : Number(timeout);
  if (timeoutSeconds !== undefined && !(Number.isInteger(timeoutSeconds) && timeoutSeconds > 0))
    throw new CommandError(
      ["--timeout takes whole seconds, not {timeout}.", "--timeout 应为整数秒，而不是 {timeout}。"],
      { params: { timeout: timeout ?? "" }, exit: "usage" },
    );
  if (!atomic && timeoutSeconds === undefined && policy === undefined) return undefined;
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(atomic ? { atomic } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}
