import { checkedAction } from "../../install/action.ts";
import { groupKind } from "../../install/references.ts";
import { resolveImage } from "../../install/resolve.ts";
import type { ImageContent, InstanceKind } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { ProblemError } from "../../model/problem.ts";
import type { World } from "../world.ts";
import type { Allowed } from "./step.ts";

/** The image that answers for a kind. @throws ProblemError when it cannot be read */
export async function contentOf(world: World, kind: InstanceKind): Promise<ImageContent | undefined> {
  const provider = world.providers
    .list()
    .find(({ status }) => status?.instanceKinds?.some((each) => groupKind(each) === groupKind(kind)));
  return provider && (await resolveImage(world.images, provider.spec.image)).content;
}

/** Which of the two may be carried out on the instance as it is, and why it cannot be stopped where it cannot. */
export async function allowedOn(
  content: ImageContent,
  { stop, start }: InstanceKind,
  object: KubernetesObject,
): Promise<Allowed & { why?: string }> {
  const refusalOf = async (action = "") => {
    const { apiVersion, kind, metadata } = object;
    try {
      await checkedAction(content, { instance: { apiVersion, kind, name: metadata.name }, action }, object);
      return undefined;
    } catch (error) {
      if (error instanceof ProblemError) return error.message;
      throw error;
    }
  };
  const [why, notStarted] = await Promise.all([refusalOf(stop), refusalOf(start)]);
  return { stop: why === undefined, start: notStarted === undefined, ...(why === undefined ? {} : { why }) };
}
