import type { Installation } from "../../lib/model/resources.ts";
import { nextChanges, type Schedule, type ScheduleFault, scheduleFault } from "../../lib/model/schedule.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import type { Text } from "../lib/text.ts";
import { refuseOverBudget } from "./budget.ts";
import { getInstallation, INSTALLATION, untilRunning } from "./installation.ts";
import { writableWorkspaceOf } from "./workspace.ts";

export async function setSuspended(
  context: Context,
  { name, wait, suspended }: { name: string; wait: boolean; suspended: boolean },
): Promise<void> {
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const { status } = await getInstallation(cluster, namespace, name);
  refuseForEverybody(name, status);
  if (!suspended) await refuseOverBudget(cluster, namespace);
  const patched = await cluster.patch<Installation>(
    { ...INSTALLATION, namespace, name },
    { spec: { suspended } },
    { type: "merge" },
  );
  const state = wait ? await untilRunning(context, cluster, patched) : patched;
  context.out.result(state, () =>
    context.out.say(
      suspended
        ? ["{name} is stopped; its data stays.", "{name} 停止，数据保留。"]
        : ["{name} starts.", "{name} 启动。"],
      { name },
    ),
  );
}

interface Given {
  name: string;
  stop: string | undefined;
  start: string | undefined;
  timeZone: string | undefined;
  off: boolean;
}

/** Shows the schedule, sets the times that are given, or takes it away. */
export async function scheduleInstallation(context: Context, given: Given): Promise<void> {
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const { name, off } = given;
  const { spec, status } = await getInstallation(cluster, namespace, name);
  refuseForEverybody(name, status);
  const { stop, start, timeZone } = given;
  const told = Object.fromEntries(
    Object.entries({ stop, start, timeZone }).filter(([, value]) => value !== undefined),
  );
  const changes = off || Object.keys(told).length > 0;
  const schedule: Schedule | undefined = off
    ? undefined
    : changes
      ? { ...spec.schedule, ...told }
      : spec.schedule;
  if (changes && schedule) refuseFault(scheduleFault(schedule));
  if (changes)
    await cluster.patch(
      { ...INSTALLATION, namespace, name },
      { spec: { schedule: schedule ?? null } },
      { type: "merge" },
    );
  const next = schedule && !scheduleFault(schedule) ? nextChanges(schedule, new Date()) : [];
  context.out.result({ namespace, name, schedule: schedule ?? null, next }, () =>
    next.length === 0
      ? context.out.say(["{name} has no schedule.", "{name} 没有定时。"], { name })
      : next.map(({ does, at }) =>
          context.out.say(
            does === "stop"
              ? ["{name} stops {at}.", "{name} 将于 {at} 停止。"]
              : ["{name} starts {at}.", "{name} 将于 {at} 启动。"],
            { name, at: spokenTime(at, context.out.language, schedule?.timeZone) },
          ),
        ),
  );
}

function spokenTime(at: Date, locale: string, timeZone = "UTC"): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", timeZone }).format(at);
}

function refuseForEverybody(name: string, status: Installation["status"]): void {
  if (!status?.mode || status.mode === "application") return;
  throw new CommandError(
    [
      "{name} runs for everybody in the cluster, so there is nothing of your own to stop or start.",
      "{name} 为集群中所有人运行，没有属于您自己的内容可以停止或启动。",
    ],
    { params: { name } },
  );
}

const faults: Partial<Record<ScheduleFault["reason"], Text>> = {
  "schedule-zone": [
    "There is no time zone called {zone}. Write one like Europe/Berlin, Asia/Shanghai or UTC.",
    "没有时区 {zone}。请使用 Europe/Berlin、Asia/Shanghai 或 UTC 这样的名称。",
  ],
  "schedule-cron": [
    '"{expression}" is not a time. Write five fields: minute, hour, day of the month, month, day of the week, such as 0 20 * * 1-5.',
    "“{expression}” 不是有效的时间。请写五个字段：分、时、日、月、星期，例如 0 20 * * 1-5。",
  ],
  "schedule-never": [
    '"{expression}" never comes. Choose a day that exists.',
    "“{expression}” 永远不会到来，请选择存在的日期。",
  ],
  "schedule-empty": [
    "Say when it stops (--stop), when it starts (--start), or both.",
    "请用 --stop 填写停止时间、用 --start 填写启动时间，或两者都填。",
  ],
};

function refuseFault(fault: ScheduleFault | undefined): void {
  if (!fault) return;
  const { reason, message, params } = fault;
  throw new CommandError(faults[reason] ?? [message, message], { params, exit: "usage" });
}
