import type { Cluster } from "../cluster/index.ts";
import { planInstall } from "../install/plan.ts";
import { type Revision, revisionsOf } from "../install/revisions.ts";
import { isImageOf, pinnedImage, revisionBefore, rollBackTo, valuesOfRevision } from "../install/rollback.ts";
import { writerOf } from "../install/timeline/records.ts";
import type { Plan } from "../model/plan.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, annotation, type Installation } from "../model/resources.ts";
import type { RevisionView } from "../model/revision-view.ts";
import type { Hub } from "./hub.ts";
import { referenceTo, resolveImage } from "./image-of.ts";
import { planSources } from "./plan.ts";

/** What can be gone back to, the newest first. */
export async function revisions(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
): Promise<RevisionView[]> {
  const { installation, kept } = await read(hub.members.clusterOf(uid, namespace), namespace, name);
  const before = revisionBefore(installation, kept);
  return kept.map((each, index) => {
    const { annotations = {}, creationTimestamp = "" } = each.metadata;
    const manager = annotations[annotation.door];
    const { door, person } = writerOf(manager);
    const { image, digest, inputs } = each.data;
    return {
      revision: each.revision,
      image: image.split("@")[0] ?? image,
      digest,
      inputs,
      at: annotations[annotation.wantedAt] ?? creationTimestamp,
      ...(person ? { by: person.uid } : {}),
      ...(manager ? { door, program: manager } : {}),
      current: index === 0 && isImageOf(each, installation.spec.image) && each !== before,
      before: each === before,
    };
  });
}

/** What going back to a revision would do, with the values that it had. Nothing is written. */
export async function planRollback(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
  { revision, recreate }: { revision: number; recreate?: string[] | undefined },
): Promise<Plan> {
  const member = hub.members.clusterOf(uid, namespace);
  const { kept } = await read(member, namespace, name);
  const target = chosen(kept, revision);
  const image = await resolveImage(hub, uid, pinnedImage(target));
  const values = await valuesOfRevision(member, target);
  return planInstall(
    { namespace, name, image: referenceTo(image), inputs: values.inputs, revision: values, recreate },
    await planSources(hub, member),
  );
}

/** Goes back as the member. Throws what stands in the way before anything is written. */
export async function rollBack(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
  { revision, recreate }: { revision: number; recreate?: string[] | undefined },
): Promise<Installation> {
  const member = hub.members.clusterOf(uid, namespace);
  const { installation, kept } = await read(member, namespace, name);
  const target = chosen(kept, revision);
  await resolveImage(hub, uid, pinnedImage(target));
  return rollBackTo(member, installation, target, { recreate });
}

async function read(member: Cluster, namespace: string, name: string) {
  const ref = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
  const installation = await member.get<Installation>(ref);
  return { installation, kept: await revisionsOf(member, namespace, name) };
}

function chosen(kept: readonly Revision[], revision: number): Revision {
  const found = kept.find((each) => each.revision === revision);
  if (found) return found;
  const words = { revision, kept: kept.map((each) => each.revision).join(", ") || "–" };
  throw new ProblemError("not-found", `It keeps no revision ${revision}. What it keeps: ${words.kept}`, {
    ...because("revision-unknown", words),
  });
}
