import { type ResolvedImage, resolveImage } from "../install/resolve.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, label, type Organization, type Repository } from "../model/resources.ts";
import type { World } from "./world.ts";

/**
 * An image for a namespace. Its registry is asked only where the namespace may install from the repository, so that
 * nobody learns by an answer, or by the time that it takes, that there is one.
 * @throws ProblemError as `resolveImage` does, or `image-unknown`
 */
export async function resolveFor(
  world: World,
  namespace: string,
  text: string,
  pinned?: string,
): Promise<ResolvedImage> {
  const reference = parseImageReference(text);
  const problem = reference && (await accessProblem(world, reference, namespace));
  if (problem) throw problem;
  return resolveImage(world.images, text, pinned);
}

/**
 * Whether the namespace may install the image, whichever door the Installation came through. A private
 * repository is there only for members of its organization: to others it looks as if it did not exist.
 */
async function accessProblem(
  world: World,
  image: { org: string; repo: string },
  namespace: string,
): Promise<ProblemError | undefined> {
  const name = repositoryName(image.org, image.repo);
  const find = () => world.cluster.find<Repository>({ apiVersion: API_VERSION, kind: "Repository", name });
  let repository = world.repositories.get(undefined, name) ?? (await find());
  if (!repository) {
    // On a fresh cluster the catalogue may not have been indexed yet.
    await world.indexed.promise;
    repository = await find();
  }
  const unknown = new ProblemError("image-unknown", `The Hub has no image ${image.org}/${image.repo}.`, {
    ...because("image-unpublished", { image: `${image.org}/${image.repo}` }),
  });
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
