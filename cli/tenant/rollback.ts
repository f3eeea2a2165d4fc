import { type Revision, revisionsOf } from "../../lib/install/revisions.ts";
import { revisionBefore, rollBackTo } from "../../lib/install/rollback.ts";
import { writerOf } from "../../lib/install/timeline/records.ts";
import { ProblemError } from "../../lib/model/problem.ts";
import { annotation, type Installation } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { getInstallation, untilRunning } from "./installation.ts";
import { printRollback } from "./run.ts";
import { doorOf } from "./timeline.ts";
import { writableWorkspaceOf } from "./workspace.ts";

interface Given {
  name: string;
  to: string | undefined;
  list: boolean;
  dryRun: boolean;
  recreate: string[];
  wait: boolean;
}

/** Takes an installation back to the image and inputs of a kept revision, which becomes the newest. */
export async function rollBack(
  context: Context,
  { name, to, list, dryRun, recreate, wait }: Given,
): Promise<void> {
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const installation = await getInstallation(cluster, namespace, name);
  const revisions = await revisionsOf(cluster, namespace, name);
  if (list) return printRevisions(context, revisions);
  const revision = chosen(installation, revisions, to);
  if (dryRun) return printRollback(context, namespace, name, { revision: revision.revision, recreate });
  const patched = await rollBackTo(cluster, installation, revision, {
    ...(recreate.length > 0 ? { recreate } : {}),
  }).catch((error: unknown) => {
    if (error instanceof ProblemError) throw valuesGone(revision, error);
    throw error;
  });
  const state = wait ? await untilRunning(context, cluster, patched) : patched;
  context.out.result(state, () =>
    context.out.say(
      ["{name} goes back to revision {revision}: {image}", "{name} 回滚到版本 {revision}：{image}"],
      {
        name,
        revision: revision.revision,
        image: revision.data.image,
      },
    ),
  );
}

/** Who asked for a revision, and through which door, by the field manager that it names. */
function asked(manager: string | undefined): { by: string; through: string } {
  if (!manager) return { by: "", through: "" };
  const entry = writerOf(manager);
  return { by: entry.person?.uid ?? "", through: doorOf(entry) };
}

function printRevisions({ out }: Context, revisions: readonly Revision[]): void {
  const rows = revisions.map(({ revision, metadata, data }, index) => ({
    revision,
    image: data.image,
    digest: data.digest,
    inputs: data.inputs,
    wantedAt: metadata.annotations?.[annotation.wantedAt] ?? metadata.creationTimestamp ?? "",
    ...asked(metadata.annotations?.[annotation.door]),
    current: index === 0,
  }));
  out.table(rows, [
    { title: "REVISION", of: ({ revision, current }) => `${revision}${current ? " *" : ""}` },
    { title: "IMAGE", of: ({ image }) => image.replace(/@sha256:.*/, "") },
    { title: "DIGEST", of: ({ digest }) => digest.replace("sha256:", "").slice(0, 12) },
    {
      title: "INPUTS",
      of: ({ inputs }) =>
        Object.entries(inputs)
          .map(([key, value]) => `${key}=${value}`)
          .join(" "),
    },
    { title: "WANTED", of: ({ wantedAt }) => wantedAt },
    { title: "BY", of: ({ by }) => by },
    { title: "THROUGH", of: ({ through }) => through },
  ]);
}

/** The named revision, else the one that going back means. */
function chosen(
  installation: Installation,
  revisions: readonly Revision[],
  to: string | undefined,
): Revision {
  const { name } = installation.metadata;
  const found =
    to === undefined
      ? revisionBefore(installation, revisions)
      : revisions.find(({ revision }) => String(revision) === to);
  if (found) return found;
  throw new CommandError(
    to === undefined
      ? ["{name} has no earlier revision to go back to.", "{name} 没有可回滚的更早版本。"]
      : ["{name} keeps no revision {to}. What it keeps: {kept}", "{name} 没有保留版本 {to}。现有：{kept}"],
    {
      params: { name, to: to ?? "", kept: revisions.map(({ revision }) => revision).join(", ") || "–" },
      exit: "not-found",
    },
  );
}

function valuesGone({ data }: Revision, { code }: ProblemError): CommandError {
  const params = { secret: data.values };
  if (code === "revision-damaged")
    return new CommandError(
      [
        "The values of that revision ({secret}) cannot be read, so it cannot be restored. Choose another revision.",
        "该版本的值（{secret}）无法读取，因此无法恢复。请选择其他版本。",
      ],
      { params },
    );
  return new CommandError(
    [
      "The values of that revision ({secret}) are gone, so it cannot be restored. Choose another revision.",
      "该版本的值（{secret}）已不存在，无法恢复。请选择其他版本。",
    ],
    { params, exit: "not-found" },
  );
}
