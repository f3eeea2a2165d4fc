import type { Cluster } from "../../lib/cluster/index.ts";
import { type Revision, readValues, revisionsOf } from "../../lib/install/revisions.ts";
import { parseImageReference } from "../../lib/model/names.ts";
import type { Installation } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { getInstallation, INSTALLATION, untilRunning } from "./installation.ts";
import { printPlan } from "./run.ts";
import { writableWorkspaceOf } from "./workspace.ts";

interface Given {
  name: string;
  to: string | undefined;
  list: boolean;
  dryRun: boolean;
  wait: boolean;
}

/** Takes an installation back to the image and inputs of a kept revision, which becomes the newest. */
export async function rollBack(context: Context, { name, to, list, dryRun, wait }: Given): Promise<void> {
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const installation = await getInstallation(cluster, namespace, name);
  const revisions = await revisionsOf(cluster, namespace, name);
  if (list) return printRevisions(context, revisions);
  const revision = chosen(revisions, name, to);
  const image = pinned(revision);
  const { inputs, inputsFrom } = revision.data;
  if (dryRun) return printPlan(context, namespace, { image, name, inputs });
  await restoreSecrets(cluster, namespace, revision);
  const gone = Object.keys(installation.spec.inputs ?? {}).filter((key) => !(key in inputs));
  const patched = await cluster.patch<Installation>(
    { ...INSTALLATION, namespace, name },
    {
      metadata: { resourceVersion: installation.metadata.resourceVersion },
      spec: {
        image,
        inputs: { ...inputs, ...Object.fromEntries(gone.map((key) => [key, null])) },
        inputsFrom,
      },
    },
    { type: "merge" },
  );
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

function printRevisions({ out }: Context, revisions: readonly Revision[]): void {
  const rows = revisions.map(({ revision, metadata, data }, index) => ({
    revision,
    image: data.image,
    digest: data.digest,
    inputs: data.inputs,
    createdAt: metadata.creationTimestamp ?? "",
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
    { title: "CREATED", of: ({ createdAt }) => createdAt },
  ]);
}

/** The named revision, else the one before the newest. */
function chosen(revisions: readonly Revision[], name: string, to: string | undefined): Revision {
  const found = to === undefined ? revisions[1] : revisions.find(({ revision }) => String(revision) === to);
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

/** The tag may have moved since, so the digest goes with it. */
function pinned({ data }: Revision): string {
  const { org, repo, tag } = parseImageReference(data.image) ?? {};
  return `${org}/${repo}:${tag}@${data.digest}`;
}

/** What came from Secrets at that time is put into them again: they may have changed, or be gone. */
async function restoreSecrets(cluster: Cluster, namespace: string, { data }: Revision): Promise<void> {
  if (data.inputsFrom.length === 0) return;
  const values = await readValues(cluster, namespace, data.values);
  if (!values)
    throw new CommandError(
      [
        "The values of that revision ({secret}) are gone, so it cannot be restored. Choose another revision.",
        "该版本的值（{secret}）已不存在，无法恢复。请选择其他版本。",
      ],
      { params: { secret: data.values }, exit: "not-found" },
    );
  const secret = Object.fromEntries(Object.entries(values.inputs).filter(([key]) => !(key in data.inputs)));
  const [first] = data.inputsFrom;
  const ref = { apiVersion: "v1", kind: "Secret", namespace, name: first?.secretRef.name ?? "" };
  if (await cluster.find(ref)) await cluster.patch(ref, { stringData: secret }, { type: "merge" });
  else
    await cluster.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: ref.name, namespace },
      type: "Opaque",
      stringData: secret,
    });
}
