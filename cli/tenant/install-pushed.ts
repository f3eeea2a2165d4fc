import { setTimeout as pause } from "node:timers/promises";
import type { EditView } from "../../lib/model/editing-views.ts";
import type { Plan } from "../../lib/model/plan.ts";
import type { IndexingView, RepositoryDetail } from "../../lib/model/repository-views.ts";
import type { Installation } from "../../lib/model/resources.ts";
import { formatReference, type Reference } from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { silenced } from "../lib/output.ts";
import { type HubApi, HubProblem, hubApi } from "./hub-api.ts";
import { INSTALLATION, untilRunning } from "./installation.ts";
import { repositoryOf } from "./publish.ts";
import { writableWorkspaceOf } from "./workspace.ts";

interface Pushed {
  /** What it is called in the Hub, `org/repo`. */
  name: string;
  reference: Reference;
  digest: string;
}

export interface Installed {
  installation: Installation;
  /** Objects that the digest creates, changes or removes; none when it was installed already. */
  changes: Plan["objects"];
}

const LOOK_MS = 200;
/** The Hub is asked to look at once; a registry that it cannot reach takes longer to say so. */
const PATIENCE_MS = 40_000;
const CHANGES = new Set(["create", "change", "prune"]);

/**
 * Brings the installation that is named like the image to what was just pushed, and waits until it runs. An image that
 * the Hub does not have yet is published for members only. Throws what stands in the way, or what made it fail.
 */
export async function installPushed(context: Context, pushed: Pushed): Promise<Installed> {
  const api = await hubApi(context);
  const { organization, repository: name } = repositoryOf(pushed.name);
  await untilShown(context, api, pushed);
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const ref = { ...INSTALLATION, namespace, name };
  const image = `${organization}/${name}:${pushed.reference.tag ?? "latest"}@${pushed.digest}`;
  const existing = await cluster.find<Installation>(ref);
  const plan = await api.ask<Plan>("POST", `/api/namespaces/${encodeURIComponent(namespace)}/plan`, {
    image: image.replace(/@.*/, ""),
    name,
    inputs: existing?.spec.inputs ?? {},
  });
  if (!plan.possible && plan.blockers.length > 0) {
    const message = plan.blockers.map((blocker) => blocker.message).join(" ");
    throw new CommandError([message, message]);
  }
  const changed = existing
    ? await cluster.patch<Installation>(ref, { spec: { image } }, { type: "merge" })
    : await cluster.create<Installation>({
        ...INSTALLATION,
        kind: "Installation",
        metadata: { name, namespace },
        spec: { image },
      });
  const installation = await untilRunning(silenced(context), cluster, changed);
  return { installation, changes: plan.objects.filter(({ operation }) => CHANGES.has(operation)) };
}

/** Waits until the Hub has the digest under the tag, having asked it to look. */
async function untilShown({ signal }: Context, api: HubApi, pushed: Pushed): Promise<void> {
  const path = `/api/hub/repositories/${pushed.name}`;
  await ensurePublished(api, path, pushed);
  const ends = Date.now() + PATIENCE_MS;
  const tag = pushed.reference.tag ?? "latest";
  let asked: IndexingView | undefined;
  for (;;) {
    asked ??= await orAbsent(api.ask<IndexingView>("POST", `${path}/indexing`));
    const detail = await orAbsent(api.ask<RepositoryDetail>("GET", `${path}?tag=${encodeURIComponent(tag)}`));
    if (detail?.tags.some((each) => each.tag === tag && each.digest === pushed.digest)) return;
    const now = asked && (await orAbsent(api.ask<IndexingView>("GET", `${path}/indexing`)));
    const looked = now?.checkedAt !== undefined && now.checkedAt !== asked?.checkedAt;
    if (looked && now.state === "failed" && now.message)
      throw new CommandError([now.message, now.message], { exit: "unreachable" });
    if (Date.now() > ends)
      throw new CommandError(
        [
          "The Hub does not show {image} yet. Does its manager run, and does it reach {registry}?",
          "Hub 尚未显示 {image}。请确认 manager 正在运行，且能访问 {registry}。",
        ],
        {
          params: { image: `${pushed.name}:${tag}`, registry: pushed.reference.registry },
          exit: "unreachable",
        },
      );
    await pause(LOOK_MS, undefined, { signal });
  }
}

async function ensurePublished(api: HubApi, path: string, { name, reference }: Pushed): Promise<void> {
  const source = formatReference({ registry: reference.registry, repository: reference.repository });
  const known = await orAbsent(api.ask<EditView>("GET", `${path}/edit`));
  if (!known) {
    const body = { ...repositoryOf(name), source, visibility: "private" };
    await api.ask("POST", "/api/hub/repositories", body);
  } else if (known.source !== source)
    throw new CommandError(
      [
        "{name} is published from {known}, not from {source}. Build it with -t {known}:TAG.",
        "{name} 发布自 {known}，而不是 {source}。请用 -t {known}:标签 构建。",
      ],
      { params: { name, known: known.source, source }, exit: "usage" },
    );
}

/** The Hub has what was just made a moment later. */
async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HubProblem && error.status === 404) return undefined;
    throw error;
  }
}
