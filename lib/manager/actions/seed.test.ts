import { expect, test } from "vitest";
import { ApiError } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import type { World } from "../world.ts";
import { seedOf } from "./seed.ts";

type Secret = KubernetesObject & { data: Record<string, string> };

/** A cluster of one namespace that knows who asks. */
function worldOf(hidden = 0) {
  const secrets = new Map<string, Secret>();
  const users: string[] = [];
  let missed = hidden;
  const asUser = {
    find: async ({ name }: { name: string }) => (missed-- > 0 ? undefined : secrets.get(name)),
    create: async (secret: Secret) => {
      if (secrets.has(secret.metadata.name))
        throw new ApiError(409, "it exists", { reason: "AlreadyExists" });
      secrets.set(secret.metadata.name, secret);
      return secret;
    },
  };
  const as = (user: string) => {
    users.push(user);
    return asUser;
  };
  return { world: { cluster: { as } } as unknown as World, secrets, users };
}

const run: ActionRun = {
  apiVersion: API_VERSION,
  kind: "ActionRun",
  metadata: { name: "rotate", namespace: "ns-a", uid: "4f0c" },
  spec: { action: "rotate-password" },
};

test("a run begun again draws the same, and nobody can tell what from the run", async () => {
  const { world, users } = worldOf();
  const seed = await seedOf(world, run);
  expect(await seedOf(world, run)).toBe(seed);
  // The same run in another cluster: all that readers of runs know of it, and another seed.
  expect(await seedOf(worldOf().world, run)).not.toBe(seed);
  expect(Buffer.from(seed, "base64").byteLength).toBeGreaterThanOrEqual(32);
  expect(new Set(users)).toEqual(new Set(["system:serviceaccount:ns-a:installer"]));
});

test("it lies in a Secret that goes with the run, and of two that draw at once one counts", async () => {
  const { world, secrets } = worldOf(2);
  const seed = await seedOf(world, run);
  const [secret] = secrets.values();
  expect(secret).toMatchObject({
    kind: "Secret",
    metadata: { namespace: "ns-a", ownerReferences: [{ kind: "ActionRun", name: "rotate", uid: "4f0c" }] },
  });
  expect(await seedOf(world, run)).toBe(seed);
});
