import { expect, test } from "vitest";
import { ApiError } from "../cluster/index.ts";
import { NOTHING } from "../metering/money.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { UsageWriter } from "./usage-writer.ts";
import type { World } from "./world.ts";

const DAY = "2026-01-31";
const spent = new Map([["shop", { ...NOTHING, cpu: 1 }]]);
const terminating = [{ reason: "NamespaceTerminating", message: "", field: "" }];

/** A cluster in which nothing can be made in `ns-gone`. */
function writerAgainst(refusal: ApiError) {
  const made = new Map<string, KubernetesObject>();
  const patched: unknown[] = [];
  const cluster = {
    find: async ({ namespace }: { namespace: string }) => made.get(namespace),
    create: async (object: KubernetesObject) => {
      if (object.metadata.namespace === "ns-gone") throw refusal;
      made.set(object.metadata.namespace ?? "", object);
    },
    patch: async (reference: unknown) => patched.push(reference),
  };
  const world = { cluster, installations: { get: () => undefined } } as unknown as World;
  const writer = new UsageWriter(world);
  writer.begin(0);
  for (const namespace of ["ns-gone", "ns-a"]) writer.add(namespace, DAY, spent);
  return { writer, patched };
}

test.each([
  [
    "deleted",
    new ApiError(404, 'namespaces "ns-gone" not found', { body: { details: { kind: "namespaces" } } }),
  ],
  ["being deleted", new ApiError(403, "is being terminated", { body: { details: { causes: terminating } } })],
])(
  "what was used in a namespace that is %s keeps nobody else's usage from being written",
  async (_, refusal) => {
    const { writer, patched } = writerAgainst(refusal);
    expect(await writer.flush(1000, undefined)).toBe(0);
    expect(await writer.flush(2000, undefined)).toBe(2000);
    expect(patched).toHaveLength(1);
  },
);

test("usage that is refused for another reason waits on", async () => {
  const { writer } = writerAgainst(new ApiError(403, "not allowed"));
  await expect(writer.flush(1000, undefined)).rejects.toThrow("not allowed");
  await expect(writer.flush(2000, undefined)).rejects.toThrow("not allowed");
});
