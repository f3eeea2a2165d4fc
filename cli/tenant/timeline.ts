import { readTimeline } from "../../lib/install/timeline/read.ts";
import { type Door, doors } from "../../lib/model/door.ts";
import {
  filtered,
  shownAtFirst,
  type TimelineEntry,
  type TimelineEvent,
  type TimelineSubject,
  timelineKinds,
} from "../../lib/model/timeline.ts";
import { timelineCsv } from "../../lib/model/timeline-csv.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import type { Text } from "../lib/text.ts";
import { kindOf } from "./get.ts";
import { type Workspace, workspaceOf } from "./workspace.ts";

interface Given {
  name: string | undefined;
  kind: string[];
  door: string | undefined;
  person: string | undefined;
  csv: boolean;
}

export async function printTimeline(context: Context, given: Given): Promise<void> {
  const workspace = await workspaceOf(context);
  const { cluster, namespace } = workspace;
  const { entries, unread } = await readTimeline(cluster, namespace, await subjectOf(workspace, given.name));
  const kinds = timelineKinds.filter((kind) =>
    given.kind.length > 0 ? given.kind.includes(kind) : shownAtFirst.includes(kind),
  );
  const shown = filtered(entries, {
    kinds,
    door: doors.find((door) => door === given.door),
    person: given.person,
  });
  const { out } = context;
  if (given.csv && !out.json) out.result(shown, () => timelineCsv(shown).trimEnd().split("\r\n"));
  else if (shown.length === 0 && !out.json)
    out.note(["Nothing has happened here that is still known.", "没有仍可查到的记录。"]);
  else
    out.table(shown, [
      { title: "TIME", of: ({ at }) => at.replace(/\.\d+Z$/, "Z") },
      { title: "WHO", of: ({ person }) => person?.name ?? "–" },
      { title: "DOOR", of: (entry) => doorOf(entry) },
      { title: "WHAT", of: (entry) => whatOf(entry, (text) => out.say(text)) },
      { title: "OBJECT", of: ({ object }) => `${object.kind}/${object.name}` },
      { title: "DETAILS", of: detailsOf },
    ]);
  if (unread.length > 0)
    out.warn(
      [
        "You may not read {kinds}, so lines about them may be missing.",
        "您无权读取 {kinds}，相关记录可能缺失。",
      ],
      { kinds: unread.join(", ") },
    );
}

/** Nothing: the whole workspace; a name: an installation, installed or not; KIND/NAME: an instance. */
async function subjectOf({ cluster }: Workspace, name: string | undefined): Promise<TimelineSubject> {
  if (!name) return {};
  const [word = "", instance] = name.split("/");
  if (!instance) return { installation: name };
  const type = await kindOf(cluster, word);
  if (!type)
    throw new CommandError(["The cluster serves no kind {kind}.", "集群没有类型 {kind}。"], {
      params: { kind: word },
      exit: "not-found",
    });
  const apiVersion = type.group ? `${type.group}/${type.version}` : type.version;
  return { instance: { apiVersion, kind: type.kind, name: instance } };
}

/** Where the program says more than the door, it is named. */
export function doorOf({ door, program }: Pick<TimelineEntry, "door" | "program">): string {
  const named: readonly Door[] = ["kubectl", "cluster", "other"];
  return named.includes(door) && program ? `${door} (${program})` : door;
}

const words: Record<TimelineEvent, Text> = {
  installed: ["installed", "已安装"],
  upgraded: ["upgraded", "已升级"],
  changed: ["inputs changed", "参数已修改"],
  "rolled-back": ["rolled back", "已回滚"],
  stopped: ["stopped", "已停止"],
  started: ["started", "已启动"],
  ready: ["ready", "就绪"],
  failed: ["failed", "失败"],
  "uninstall-requested": ["uninstall requested", "请求卸载"],
  uninstalled: ["uninstalled", "已卸载"],
  retried: ["tried again", "已重试"],
  created: ["created", "已创建"],
  deleted: ["deleted", "已删除"],
  edited: ["edited", "已编辑"],
  action: ["action", "操作"],
  reported: ["reported", "上报"],
};

function whatOf({ event, action, reported }: TimelineEntry, say: (text: Text) => string): string {
  if (reported) return reported.count > 1 ? `${reported.reason} ×${reported.count}` : reported.reason;
  return action ? `${say(words.action)} ${action.name}: ${action.phase}` : say(words[event]);
}

function detailsOf({ image, revision, fields = [], message = "" }: TimelineEntry): string {
  return [
    image?.replace(/@sha256:.*/, "") ?? "",
    revision === undefined ? "" : `#${revision}`,
    fields.join(" "),
    message.replace(/\s+/g, " "),
  ]
    .filter(Boolean)
    .join(" ");
}
