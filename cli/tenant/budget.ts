import { type Cluster, isNotFound } from "../../lib/cluster/index.ts";
import { type Budget, isStopping, LIMIT, LIMIT_ANEW, MONTHLY, OWN_BUDGET } from "../../lib/model/budget.ts";
import { API_VERSION } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { workspaceOf, writableWorkspaceOf } from "./workspace.ts";

const BUDGET = { apiVersion: API_VERSION, kind: "Budget" };

interface Given {
  amount: string | undefined;
  warn: string | undefined;
  stop: boolean | undefined;
  off: boolean;
  limit: boolean;
  lift: boolean;
}

/** Shows a workspace's budgets, after what is asked for has been changed. */
export async function budgets(context: Context, given: Given): Promise<void> {
  const { amount, warn, stop, off, limit, lift } = given;
  const changes = [amount, warn, stop].some((each) => each !== undefined) || off || lift;
  const { cluster, namespace } = await (changes ? writableWorkspaceOf : workspaceOf)(context);
  const reference = { ...BUDGET, namespace, name: limit ? LIMIT : OWN_BUDGET };
  if (off)
    await cluster.delete(reference).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  else if ([amount, warn, stop].some((each) => each !== undefined))
    await set(cluster, reference, specOf(given));
  const month = new Date().toISOString().slice(0, 7);
  if (lift)
    for (const { metadata } of await listed(cluster, namespace))
      await cluster.patch(
        { ...BUDGET, namespace, name: metadata.name },
        { spec: { lifted: month } },
        { type: "merge" },
      );
  context.out.table(await listed(cluster, namespace), [
    { title: "BUDGET", of: ({ metadata }) => metadata.name },
    { title: "MONTHLY", of: ({ spec, status }) => `${spec.monthly} ${status?.currency ?? ""}`.trim() },
    { title: "WARN AT", of: ({ spec }) => `${spec.warnAt ?? 80} %` },
    { title: "SPENT", of: ({ status }) => (status?.percent === undefined ? "-" : `${status.percent} %`) },
    // What was lifted just now is not judged yet.
    {
      title: "PHASE",
      of: ({ spec, status: { phase = "-" } = {} }) =>
        phase === "Stopped" && spec.lifted === month ? "Lifted" : phase,
    },
  ]);
  const named = (await listed(cluster, namespace)).find(({ status }) => status?.goingOn?.length)?.status;
  for (const { kind, name, message } of named?.goingOn ?? [])
    context.out.note(
      ["{kind}/{name} goes on and costs: {message}", "{kind}/{name} 仍在运行并计费：{message}"],
      { kind: kind.toLowerCase(), name, message },
    );
}

/** Refuses to start something in a workspace that has spent its budget. */
export async function refuseOverBudget(cluster: Cluster, namespace: string): Promise<void> {
  if (!isStopping(await listed(cluster, namespace))) return;
  throw new CommandError(
    [
      "The workspace has spent its budget for this month, so nothing new is started. Raise it with hub budget, or ask an administrator to lift the stop.",
      "工作空间本月预算已用完，无法启动新的内容。请用 hub budget 提高预算，或请管理员解除停止。",
    ],
    {},
  );
}

/** None where the cluster does not know budgets yet. */
async function listed(cluster: Cluster, namespace: string): Promise<Budget[]> {
  try {
    return (await cluster.list<Budget>({ ...BUDGET, namespace })).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

function specOf({ amount, warn, stop }: Given): Partial<Budget["spec"]> {
  if (amount !== undefined && !MONTHLY.test(amount))
    throw new CommandError(
      [
        '"{amount}" is no amount. Write digits and a point, like 25 or 12.50.',
        "“{amount}” 不是有效金额。请写数字和小数点，例如 25 或 12.50。",
      ],
      { params: { amount }, exit: "usage" },
    );
  const warnAt = warn === undefined ? undefined : Number(warn);
  if (warnAt !== undefined && !(Number.isInteger(warnAt) && warnAt >= 1 && warnAt <= 100))
    throw new CommandError(
      [
        '"{warn}" is no share: write a whole number from 1 to 100.',
        "“{warn}” 不是百分比，请写 1 到 100 的整数。",
      ],
      { params: { warn: warn ?? "" }, exit: "usage" },
    );
  return {
    ...(amount === undefined ? {} : { monthly: amount }),
    ...(warnAt === undefined ? {} : { warnAt }),
    ...(stop === undefined ? {} : { stop }),
  };
}

async function set(
  cluster: Cluster,
  reference: typeof BUDGET & { namespace: string; name: string },
  spec: Partial<Budget["spec"]>,
): Promise<void> {
  const { namespace, name } = reference;
  if (await cluster.find<Budget>(reference)) {
    const anew = name === LIMIT && spec.monthly !== undefined ? LIMIT_ANEW : {};
    await cluster.patch(reference, { spec: { ...anew, ...spec } }, { type: "merge" });
    return;
  }
  if (spec.monthly === undefined)
    throw new CommandError(
      ["There is no budget yet: say how much a month.", "还没有预算，请先写每月金额。"],
      { exit: "usage" },
    );
  await cluster.create<Budget>({ ...BUDGET, metadata: { name, namespace }, spec } as Budget);
}
