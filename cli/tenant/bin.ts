import type { Cluster } from "../../lib/cluster/index.ts";
import { binEntries, emptyBin, restoreFromBin } from "../../lib/install/bin-use.ts";
import { spokenBytes } from "../../lib/install/quantity.ts";
import type { BinEntry } from "../../lib/model/bin.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { untilRunning } from "./installation.ts";
import { workspaceOf, writableWorkspaceOf } from "./workspace.ts";

/** What is restored right after uninstalling may have to wait for that so long. */
const WAIT_MS = 60_000;

export async function listBin(context: Context): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  context.out.table(await binEntries(cluster, namespace), [
    { title: "NAME", of: ({ installation }) => installation },
    { title: "IMAGE", of: ({ image }) => image.replace(/@sha256:.*/, "") },
    { title: "VOLUMES", of: ({ volumes }) => String(volumes.length) },
    {
      title: "STORAGE",
      of: ({ volumes }) => spokenBytes(volumes.reduce((sum, { bytes }) => sum + bytes, 0)),
    },
    { title: "UNINSTALLED", of: ({ removedAt }) => removedAt },
    { title: "UNTIL", of: ({ expiresAt }) => expiresAt ?? "" },
  ]);
}

export async function restoreApp(
  context: Context,
  { name, wait }: { name: string; wait: boolean },
): Promise<void> {
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const entry = await entryNamed(cluster, namespace, name);
  const restored = await restoreFromBin(cluster, namespace, entry.name, WAIT_MS);
  const state = wait ? await untilRunning(context, cluster, restored) : restored;
  context.out.result(state, () =>
    context.out.say(["{name} is restored.", "{name} 已恢复。"], { name: entry.installation }),
  );
}

export async function emptyAppBin(
  context: Context,
  { name, all }: { name: string | undefined; all: boolean },
): Promise<void> {
  if ((name === undefined) !== all)
    throw new CommandError(["Name one of them, or say --all.", "请指定名称，或使用 --all。"], {
      exit: "usage",
    });
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const one = name === undefined ? undefined : await entryNamed(cluster, namespace, name);
  const gone = await emptyBin(cluster, namespace, one?.name);
  context.out.result(gone, () =>
    gone.map(({ installation }) =>
      context.out.say(["{name} is deleted for good.", "{name} 已彻底删除。"], { name: installation }),
    ),
  );
}

/** The one of that name which was uninstalled last. Throws `not-found`, naming what there is. */
async function entryNamed(cluster: Cluster, namespace: string, name: string): Promise<BinEntry> {
  const entries = await binEntries(cluster, namespace);
  const found = entries.find((entry) => entry.installation === name || entry.name === name);
  if (found) return found;
  throw new CommandError(
    [
      "There is no {name} in the bin of {namespace}. What is: {names}",
      "{namespace} 的回收站中没有 {name}。现有：{names}",
    ],
    {
      params: { name, namespace, names: entries.map(({ installation }) => installation).join(", ") || "–" },
      exit: "not-found",
    },
  );
}
