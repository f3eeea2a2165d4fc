import { randomBytes } from "node:crypto";
import { isAlreadyExists } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";

type Secret = KubernetesObject & { data?: Record<string, string> };

/**
 * What a run draws at random follows from this: the same when it is begun again, and nobody's to compute who may read
 * runs but no Secrets. It goes with its run.
 */
export async function seedOf(world: World, run: ActionRun): Promise<string> {
  const { namespace = "", name, uid = "" } = run.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const reference = { apiVersion: "v1", kind: "Secret", namespace, name: `run-seed-${uid}` };
  const known = await installer.find<Secret>(reference);
  if (known?.data?.seed) return known.data.seed;
  try {
    const { kind, apiVersion } = reference;
    const made = await installer.create<Secret>({
      apiVersion,
      kind,
      metadata: {
        name: reference.name,
        namespace,
        ownerReferences: [{ apiVersion: API_VERSION, kind: "ActionRun", name, uid }],
      },
      type: "Opaque",
      data: { seed: randomBytes(32).toString("base64") },
    });
    return made.data?.seed ?? "";
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return seedOf(world, run);
  }
}
