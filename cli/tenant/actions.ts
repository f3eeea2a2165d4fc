import type { Cluster } from "../../lib/cluster/index.ts";
import type { ChangeEstimate } from "../../lib/model/estimate.ts";
import type { ObjectReference } from "../../lib/model/kubernetes.ts";
import { parseImageReference } from "../../lib/model/names.ts";
import type { KindsView } from "../../lib/model/provider-views.ts";
import type { RepositoryDetail } from "../../lib/model/repository-views.ts";
import {
  type ActionRun,
  type ActionSummary,
  API_VERSION,
  type Installation,
  label,
} from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { refuseOverBudget } from "./budget.ts";
import { printEstimate } from "./estimate.ts";
import { findHubApi, type HubApi, hubApi } from "./hub-api.ts";
import { follow, inputsOf, refuseLarge } from "./installation.ts";
import { runPrinter } from "./run-output.ts";
import { resolveTarget, type Target } from "./target.ts";
import { upgradeInstallation } from "./upgrade.ts";
import { writableWorkspaceOf } from "./workspace.ts";

interface Given {
  first: string;
  target: string | undefined;
  env: string | undefined;
  set: string[];
  dryRun: boolean;
  wait: boolean;
  follow: boolean;
  rest: string[];
}

export async function runActions(given: Context, asked: Given): Promise<void> {
  const { first, target, env, set, rest } = asked;
  const wait = asked.wait || asked.follow;
  const address = env ? addressOf(env) : undefined;
  const context = {
    ...given,
    ...(address?.namespace && { namespace: given.namespace ?? address.namespace }),
  };
  if (address?.namespace && context.namespace !== address.namespace)
    throw new CommandError(
      ["--env is in {there}, but -n says {namespace}.", "--env 位于 {there}，而 -n 为 {namespace}。"],
      {
        params: { there: address.namespace, namespace: context.namespace ?? "" },
        exit: "usage",
      },
    );
  const { cluster, namespace } = await writableWorkspaceOf(context);
  if (
    first === "cancel" &&
    target !== undefined &&
    !asked.dryRun &&
    (await cancelled(context, cluster, namespace, target, wait))
  )
    return;
  const found = await resolveTarget(context, cluster, namespace, target ?? first, address?.name);
  if (target === undefined) return listActions(context, namespace, found);
  const inputs = { ...unknownInputs(rest), ...inputsOf(set) };
  if ("installation" in found && first === "update" && !(await declares(context, found.installation, first)))
    return upgradeInstallation(context, {
      name: found.installation.metadata.name ?? "",
      to: inputs.version,
      dryRun: asked.dryRun,
      wait,
    });
  refuseLarge(inputs);
  if (asked.dryRun) return estimated(context, namespace, found, { action: first, inputs });
  if ("instance" in found && (await starts(context, found.instance, first)))
    await refuseOverBudget(cluster, namespace);
  const run = await cluster.create<ActionRun>({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: {
      name: "",
      generateName: `${first.slice(0, 50)}-`,
      namespace,
      ...("installation" in found && {
        labels: { [label.installation]: found.installation.metadata.name ?? "" },
      }),
    },
    spec: {
      ...("installation" in found
        ? { installation: found.installation.metadata.name ?? "" }
        : { instance: found.instance }),
      action: first,
      inputs,
    },
  });
  const name = run.metadata.name ?? "";
  const ref = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
  const print = asked.follow ? runPrinter(context, name) : undefined;
  const ended = wait
    ? await follow<ActionRun>(context, cluster, ref, ({ status }) => {
        print?.(status, status?.finishedAt !== undefined);
        if (status?.phase === "Failed" || status?.phase === "Cancelled") throw failed(name, status);
        return status?.phase === "Succeeded";
      })
    : run;
  context.out.result(ended ?? run, () => [
    `actionrun.hub.sealos.io/${name}: ${ended?.status?.phase ?? "Pending"}`,
    ...(ended?.status?.output && !print ? [ended.status.output] : []),
  ]);
}

/** What the Hub tells that an action would change of requests and cost. */
async function estimated(
  context: Context,
  namespace: string,
  target: Target,
  run: { action: string; inputs: Record<string, string> },
): Promise<void> {
  const { ask } = await hubApi(context);
  const on = "instance" in target ? target : { installation: target.installation.metadata.name ?? "" };
  const path = `/api/namespaces/${encodeURIComponent(namespace)}/actionruns?dryRun=true`;
  printEstimate(context, await ask<ChangeEstimate>("POST", path, { ...on, ...run }));
}

/**
 * Stops a run of that name. False when there is none: an image may have an action called "cancel". Throws when the run
 * has ended already.
 */
async function cancelled(
  context: Context,
  cluster: Cluster,
  namespace: string,
  name: string,
  wait: boolean,
): Promise<boolean> {
  const ref = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
  if (name.includes("/")) return false;
  const run = await cluster.find<ActionRun>(ref);
  if (!run) return false;
  if (run.status?.finishedAt)
    throw new CommandError(["{name} has ended already: {phase}.", "{name} 已经结束：{phase}。"], {
      params: { name, phase: run.status.phase ?? "" },
    });
  const asked = await cluster.patch<ActionRun>(ref, { spec: { cancelled: true } }, { type: "merge" });
  const ended = wait
    ? await follow<ActionRun>(context, cluster, ref, ({ status }) => status?.finishedAt !== undefined)
    : asked;
  context.out.result(ended ?? asked, () => [
    `actionrun.hub.sealos.io/${name}: ${ended?.status?.finishedAt ? ended.status.phase : "Cancelling"}`,
  ]);
  return true;
}

function failed(name: string, status: NonNullable<ActionRun["status"]>): CommandError {
  const message = status.conditions?.find((condition) => condition.message)?.message ?? status.output ?? "";
  return new CommandError(["{name} failed: {message}", "{name} 失败：{message}"], {
    params: { name, message },
  });
}

/** `http://NAME.NAMESPACE.cluster.local`, as the cluster's names are: `NAME.NAMESPACE[.svc].cluster.local`. */
function addressOf(env: string): { name: string; namespace: string } {
  const text = /^\w+:\/\//.test(env) ? env : `http://${env}`;
  const [name, namespace] = URL.canParse(text) ? new URL(text).hostname.split(".") : [];
  if (name && namespace) return { name, namespace };
  throw new CommandError(
    [
      "--env takes an address like http://NAME.NAMESPACE.cluster.local, not {env}.",
      "--env 应为 http://NAME.NAMESPACE.cluster.local 形式，而不是 {env}。",
    ],
    {
      params: { env },
      exit: "usage",
    },
  );
}

async function listActions(context: Context, namespace: string, target: Target): Promise<void> {
  const api = await hubApi(context);
  let list: ActionSummary[];
  if ("installation" in target) {
    list = (await actionsOf(api, target.installation.spec.image)).filter((each) => !each.target);
  } else {
    const { apiVersion, kind, name } = target.instance;
    const query = new URLSearchParams({ apiVersion, kind });
    const [served] = (await api.ask<KindsView>("GET", `/api/hub/kinds?${query}`)).kinds;
    const path = ["namespaces", namespace, "providers", served?.provider.replace("/", ".") ?? ""];
    const address = [...path, served?.plural ?? "", name, "actions"].map(encodeURIComponent).join("/");
    list = served ? (await api.ask<{ actions: ActionSummary[] }>("GET", `/api/${address}`)).actions : [];
  }
  const { language } = context.out;
  context.out.table(list, [
    { title: "ACTION", of: ({ name }) => name },
    { title: "ON", of: ({ phase }) => phase ?? "" },
    { title: "INPUTS", of: ({ inputs = [] }) => inputs.map((input) => input.name).join(",") },
    { title: "TITLE", of: ({ title, i18n }) => i18n?.[language]?.title ?? title ?? "" },
    {
      title: "NOT NOW",
      of: ({ unavailable }) => String(unavailable?.params[`text-${language}`] ?? unavailable?.message ?? ""),
    },
  ]);
}

/** Whether it is the action that starts a stopped instance; where no Hub can be asked, the manager refuses it. */
async function starts(
  context: Context,
  { apiVersion, kind }: ObjectReference,
  action: string,
): Promise<boolean> {
  const api = await findHubApi(context);
  if (!api) return false;
  const query = new URLSearchParams({ apiVersion, kind });
  const { kinds } = await api.ask<KindsView>("GET", `/api/hub/kinds?${query}`);
  return kinds.some(({ start }) => start === action);
}

/** Whether the image has an action of its own by this name; where no Hub can be asked, it may. */
async function declares(context: Context, { spec }: Installation, action: string): Promise<boolean> {
  const api = await findHubApi(context);
  if (!api) return true;
  return (await actionsOf(api, spec.image)).some(({ name, target }) => name === action && !target);
}

async function actionsOf({ ask }: HubApi, image: string): Promise<ActionSummary[]> {
  const { org = "", repo = "", tag = "" } = parseImageReference(image) ?? {};
  const path = `/api/hub/repositories/${org}/${repo}?tag=${encodeURIComponent(tag)}`;
  return (await ask<RepositoryDetail>("GET", path)).actions;
}

/** `--version=latest` and `--version latest`: inputs that the image declares and hub does not know. */
function unknownInputs(words: readonly string[]): Record<string, string> {
  const inputs: Record<string, string> = {};
  const waiting = [...words];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    const [, name, value] = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
    const given = value ?? (waiting[0]?.startsWith("-") ? undefined : waiting.shift());
    if (!name || given === undefined)
      throw new CommandError(
        ["{word} is no input: write --NAME=VALUE.", "{word} 不是输入项，请写 --NAME=VALUE。"],
        {
          params: { word },
          exit: "usage",
        },
      );
    inputs[name] = given;
  }
  return inputs;
}
