import type { Cluster } from "../../lib/cluster/index.ts";
import { expand } from "../../lib/images/expand.ts";
import { backupsView } from "../../lib/install/backups.ts";
import { instanceView, memberView, podView } from "../../lib/install/instance-view.ts";
import { textAt } from "../../lib/install/paths.ts";
import { spokenBytes } from "../../lib/install/quantity.ts";
import { groupKind } from "../../lib/install/references.ts";
import type { BackupsDeclaration, InstanceKind } from "../../lib/model/image.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import type { BackupsView, BackupView, MemberView, PodView } from "../../lib/model/stream.ts";
import type { Context } from "../lib/context.ts";
import type { Text } from "../lib/text.ts";

/** An instance, and what its provider says of it. */
export interface Place {
  cluster: Cluster;
  namespace: string;
  /** Name of its Provider. */
  provider: string;
  kind: InstanceKind;
  object: KubernetesObject;
  /** Labels of what it is made of. */
  selector: Record<string, string>;
}

type Printer = (context: Context, place: Place) => Promise<void>;
type Declared = InstanceKind["columns"][number];

/** The lists that an instance's page has, by the names that people call them by. @param kinds of its provider */
export function listsOf(kind: InstanceKind, kinds: readonly InstanceKind[]): Record<string, Printer> {
  const { members, backups } = kind;
  const parts = kinds.filter(({ partOf }) => partOf && groupKind(partOf) === groupKind(kind));
  return {
    ...Object.fromEntries(parts.map((part) => [part.plural, printParts(part)])),
    ...(members ? { [members.plural]: printMembers(members) } : { pods: printPods }),
    ...(backups && { backups: printBackups(backups) }),
  };
}

/** Objects of a kind with the instance's labels, by name. */
export async function listed(
  { cluster, namespace, selector }: Place,
  { apiVersion, kind }: { apiVersion: string; kind: string },
): Promise<KubernetesObject[]> {
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return byName((await cluster.list<KubernetesObject>({ apiVersion, kind, namespace, labelSelector })).items);
}

/** The value of a declared column as people read it. */
export function columnText({ type }: Declared, value: string | number | null | undefined): string {
  const text = String(value ?? "");
  return type === "quantity" && /^\d+$/.test(text) ? spokenBytes(Number(text)) : text;
}

const byName = (objects: readonly KubernetesObject[]) =>
  objects.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));

/** Rows of what a provider declares columns for. */
function printRows({ out }: Context, declared: readonly Declared[], rows: readonly MemberView[]): void {
  out.table(rows, [
    { title: "NAME", of: ({ name }) => name },
    { title: "PHASE", of: ({ phase }) => phase },
    ...declared.map((column, at) => ({
      title: (column.i18n?.[out.language]?.title ?? column.title).toUpperCase(),
      of: ({ columns }: MemberView) => columnText(column, columns[at]),
    })),
    { title: "CREATED", of: ({ createdAt = "" }) => createdAt },
  ]);
}

/** Instances of another kind that are part of this one, such as backups of a database. */
function printParts(part: InstanceKind): Printer {
  return async (context, { cluster, namespace, provider, object: { metadata } }) => {
    const { apiVersion, kind } = part;
    const { items } = await cluster.list<KubernetesObject>({ apiVersion, kind, namespace });
    const own = items.filter((each) => textAt(each, part.partOf?.path ?? "") === metadata.name);
    const nothing = { workloads: [], pods: [] };
    printRows(
      context,
      part.columns,
      byName(own).map((each) => instanceView(provider, part, each, nothing)),
    );
  };
}

function printMembers(members: NonNullable<InstanceKind["members"]>): Printer {
  return async (context, place) =>
    printRows(
      context,
      members.columns,
      (await listed(place, members)).map((each) => memberView(members, each)),
    );
}

const printPods: Printer = async ({ out }, place) => {
  const pods = await listed(place, { apiVersion: "v1", kind: "Pod" });
  out.table<PodView>(pods.map(podView), [
    { title: "NAME", of: ({ name }) => name },
    { title: "PHASE", of: ({ phase }) => phase },
    { title: "READY", of: ({ ready, containers }) => `${ready}/${containers.length}` },
    {
      title: "RESTARTS",
      of: ({ containers }) => String(containers.reduce((sum, { restarts }) => sum + restarts, 0)),
    },
    { title: "NODE", of: ({ node = "" }) => node },
    { title: "CREATED", of: ({ createdAt = "" }) => createdAt },
  ]);
};

/** Backups that Jobs of a CronJob make, with the schedule. */
function printBackups({ cronJob: text }: BackupsDeclaration): Printer {
  return async (context, { cluster, namespace, object }) => {
    const batch = (kind: string) => ({ apiVersion: "batch/v1", kind, namespace });
    const name = await expand(text, { name: object.metadata.name, namespace, object });
    const [cronJob, { items: jobs }] = await Promise.all([
      cluster.find<KubernetesObject>({ ...batch("CronJob"), name }),
      cluster.list<KubernetesObject>(batch("Job")),
    ]);
    const view = backupsView({ name, cronJob, jobs }, new Date());
    const { out } = context;
    if (out.json) return out.result(view, () => "");
    out.table<BackupView>(view.runs, [
      { title: "NAME", of: (run) => run.name },
      { title: "PHASE", of: ({ phase }) => phase },
      { title: "STARTED", of: ({ startedAt = "" }) => startedAt },
      { title: "ENDED", of: ({ finishedAt = "" }) => finishedAt },
      { title: "BY", of: ({ manual }) => out.say(manual ? ["hand", "手动"] : ["schedule", "计划"]) },
      { title: "MESSAGE", of: ({ message = "" }) => message },
    ]);
    const { expression = "", timeZone = "", nextAt = "" } = view.schedule ?? {};
    out.note(whenText(view.schedule), { when: `${expression} ${timeZone}`.trim(), nextAt });
  };
}

/** When the next is made. */
function whenText(schedule: BackupsView["schedule"]): Text {
  if (!schedule) return ["It is not backed up: no schedule has been set.", "没有备份：尚未设置备份计划。"];
  if (schedule.suspended) return ["Schedule: {when}, suspended.", "计划：{when}，已暂停。"];
  if (!schedule.nextAt) return ["Schedule: {when}.", "计划：{when}。"];
  return ["Schedule: {when}, next {nextAt}.", "计划：{when}，下次 {nextAt}。"];
}
