import type { ResolvedImage } from "../install/resolve.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, label, type Organization, type Repository } from "../model/resources.ts";
import type { World } from "./world.ts";

/**
 * Whether the namespace may install the image, whichever door the Installation came through (DESIGN 7.4). A private
 * repository is there only for members of its organization: to others it looks as if it did not exist.
 */
export async function accessProblem(
  world: World,
  image: ResolvedImage,
  namespace: string,
): Promise<ProblemError | undefined> {
  const repository =
    world.repositories.get(undefined, image.name) ??
    (await world.cluster.find<Repository>({ apiVersion: API_VERSION, kind: "Repository", name: image.name }));
  const unknown = new ProblemError("image-unknown", `The Hub has no image ${image.org}/${image.repo}.`, {
    params: { image: `${image.org}/${image.repo}` },
  });
  // The catalogue of this Hub is indexed by the manager itself; what is not in it yet comes in a moment.
  if (!repository) return unknown;
  if ((repository.spec.visibility ?? "public") === "public") return undefined;
  const [organization, home] = await Promise.all([
    world.cluster.find<Organization>({ apiVersion: API_VERSION, kind: "Organization", name: image.org }),
    world.cluster.find<KubernetesObject>({ apiVersion: "v1", kind: "Namespace", name: namespace }),
  ]);
  const owner = home?.metadata.labels?.[label.tenant];
  const member = owner !== undefined && (organization?.spec.members ?? []).some(({ user }) => user === owner);
  return member ? undefined : unknown;
}

/** Whether images of this organization may change the whole cluster. Asked of the API server, not of a cache. */
export async function isTrusted(world: World, org: string): Promise<boolean> {
  const organization = await world.cluster.find<Organization>({
    apiVersion: API_VERSION,
    kind: "Organization",
    name: org,
  });
  return organization?.spec.trusted === true;
}
