import { ImageError } from "../images/index.ts";
import { grantName } from "../install/grant.ts";
import { judge, notGranted } from "../install/granted.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, type Image } from "../model/resources.ts";
import { grantFor } from "./provider.ts";
import { reasonOf, withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** Rights count a moment after they are there, and bindings come after roles. */
const LOOK_AGAIN_MS = 3_000;

/**
 * Writes on each provider and shared image of a repository whether an administrator has granted it, so that plans can
 * say so before anybody installs it.
 */
export async function judgeGrants(
  world: World,
  repository: string,
): Promise<{ requeueAfterMs: number } | undefined> {
  let open = false;
  for (const { metadata, spec } of world.catalogue.list()) {
    if (spec.repository !== repository || (spec.mode !== "provider" && spec.mode !== "shared")) continue;
    const problem = await problemOf(world, repository, spec.digest);
    if (problem === "unreadable") continue;
    open ||= problem !== undefined;
    await writeCondition(world, metadata.name, problem);
  }
  const granted = world.grants.get(undefined, grantName(repository)) !== undefined;
  return open && granted ? { requeueAfterMs: LOOK_AGAIN_MS } : undefined;
}

/** Why one image may not be installed for the whole cluster; undefined when it may. */
async function problemOf(
  world: World,
  repository: string,
  digest: string,
): Promise<ProblemError | undefined | "unreadable"> {
  const [org = "", repo = ""] = repository.split(".");
  try {
    const { content } = await world.images.read(digest, repository);
    const { grant } = await grantFor(world, repository, { repo, content }, {});
    const verdict = await judge(world.cluster, grant);
    return notGranted(verdict, { title: content.title, name: `${org}/${repo}` });
  } catch (error) {
    if (error instanceof ImageError) return "unreadable";
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

async function writeCondition(world: World, name: string, problem: ProblemError | undefined): Promise<void> {
  const image = await world.cluster.find<Image>({ apiVersion: API_VERSION, kind: "Image", name });
  if (!image) return;
  const said = problem
    ? { status: "False" as const, reason: reasonOf(problem), message: problem.message }
    : { status: "True" as const, reason: "Granted", message: "" };
  const conditions = withConditions(
    image.status?.conditions,
    [{ type: "Granted", ...said }],
    image.metadata.generation,
    new Date().toISOString(),
  );
  await writeStatus(world.cluster, image, {
    conditions,
    objection: problem
      ? {
          message: problem.message,
          ...(problem.reason ? { reason: problem.reason } : {}),
          params: problem.params,
        }
      : undefined,
  });
}
