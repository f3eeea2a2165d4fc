import { applyInspected } from "../../install/apply.ts";
import { deleteObjects } from "../../install/delete.ts";
import { inspect } from "../../install/inspect.ts";
import { prepare } from "../../install/prepare.ts";
import { referenceKey, referenceOf, spoken } from "../../install/references.ts";
import { typesOf } from "../../install/resolve.ts";
import { hostsOf, readTenantRules } from "../../install/tenant-rules.ts";
import type { ImageContent, SourceFile } from "../../model/image.ts";
import { ProblemError } from "../../model/problem.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

/**
 * Applies, or deletes, objects of some of an application's manifests in the name of the installer, under the rules of
 * installing. They are the installation's own: an action adds none.
 * @returns one line for each object
 */
export async function applyOrDelete(
  world: World,
  task: ActionTask,
  way: "apply" | "delete",
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { image, installation, values, namespace, context } = task;
  if (!installation || !values || image.content.mode !== "application")
    throw new RunFailed("Unsupported", "Only an application's action may apply or delete manifests.");
  const wanted = paths.map((path) => path.replace(/^\.\/|\/$/g, ""));
  const within = (file: string, path: string) => file === path || file.startsWith(`${path}/`);
  const manifests = image.content.manifests.filter(({ path }) => wanted.some((each) => within(path, each)));
  const unknown = wanted.find((each) => !manifests.some(({ path }) => within(path, each)));
  if (unknown) throw new RunFailed("Unsupported", `${unknown} is not one of the image's manifests.`);
  const { name, uid } = installation.metadata;
  const prepared = await prepare({
    installation: { name, namespace, ...(uid ? { uid } : {}) },
    image: { ...image, content: withoutChart(image.content, manifests) },
    inputs: task.inputs,
    values: values.drawn,
    context,
    cloud: world.cloud,
    types: typesOf(world.cluster),
    rules: {
      consoleHosts: world.consoleHosts,
      imageMirrors: world.imageMirrors,
      hostsInUse: hostsOf(world.ingresses.list()),
      tenantRules: await readTenantRules(world.cluster),
    },
  });
  const [blocker] = prepared.blockers;
  if (blocker) throw new ProblemError("manifest-refused", blocker.message, { params: blocker.params ?? {} });
  const references = prepared.objects.map(referenceOf);
  const recorded = new Set((installation.status?.inventory ?? []).map(referenceKey));
  const foreign = references.find((each) => !recorded.has(referenceKey(each)));
  if (foreign)
    throw new RunFailed("Refused", `${spoken(foreign)} is not part of the installation; upgrade it first.`);
  const installer = world.cluster.as(installerUser(namespace));
  const owner = { kind: "installation" as const, name };
  if (way === "delete") {
    const { deleted } = await deleteObjects(installer, references, { owner, volumes: "keep", signal });
    return deleted.map((each) => `${spoken(each)} is deleted.`).join("\n");
  }
  const inspections = await inspect(installer, prepared.objects, { owner, recorded });
  const applied = await applyInspected(installer, inspections, { owner, signal });
  return applied.map(({ reference, operation }) => `${spoken(reference)} is ${operation}.`).join("\n");
}

/** The image with these manifests alone. */
function withoutChart({ chart: _, ...content }: ImageContent, manifests: SourceFile[]): ImageContent {
  return { ...content, manifests };
}
