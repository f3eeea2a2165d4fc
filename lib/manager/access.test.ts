import { expect, test, vi } from "vitest";
import type { Repository } from "../model/resources.ts";
import { resolveFor } from "./access.ts";
import type { World } from "./world.ts";

const digest = `sha256:${"a".repeat(64)}`;

/** A world with one private repository of an organization whose only member is alice. */
function worldOf() {
  const ask = vi.fn(async () => digest);
  const holds = vi.fn(async () => true);
  const read = vi.fn(async () => ({ content: {}, size: 0, createdAt: "" }));
  const repository = { metadata: { name: "corp.app" }, spec: { visibility: "private" } };
  const find = async ({ kind, name }: { kind: string; name: string }) => {
    if (kind === "Organization") return { spec: { members: [{ user: "alice", role: "owner" }] } };
    if (kind === "Namespace")
      return { metadata: { labels: { "hub.sealos.io/tenant": name.replace("ns-", "") } } };
    return undefined;
  };
  const world = {
    repositories: {
      get: (_: undefined, name: string) => (name === "corp.app" ? (repository as Repository) : undefined),
    },
    cluster: { find },
    indexed: { promise: Promise.resolve() },
    images: { resolve: ask, holds, read },
  } as unknown as World;
  return { world, asked: () => ask.mock.calls.length + holds.mock.calls.length + read.mock.calls.length };
}

const refused = (world: World, namespace: string, text: string) =>
  resolveFor(world, namespace, text).then(
    () => undefined,
    ({ code, message, params }: { code: string; message: string; params?: object }) => ({
      code,
      params,
      message: message.replaceAll(text.split(/[:@]/)[0] ?? "", "IMAGE"),
    }),
  );

test("a private repository looks to others like none, by tag and by digest, and its registry is not asked", async () => {
  const { world, asked } = worldOf();
  for (const what of [":1.0", `:1.0@${digest}`]) {
    const hidden = await refused(world, "ns-bob", `corp/app${what}`);
    const absent = await refused(world, "ns-bob", `corp/absent${what}`);
    expect(hidden?.code).toBe("image-unknown");
    expect({ ...hidden, params: undefined }).toEqual({ ...absent, params: undefined });
    expect(hidden?.params).toMatchObject({ image: "corp/app" });
  }
  expect(asked()).toBe(0);
});

test("a member of its organization gets the image", async () => {
  const { world, asked } = worldOf();
  await expect(resolveFor(world, "ns-alice", "corp/app:1.0")).resolves.toMatchObject({ digest });
  expect(asked()).toBeGreaterThan(0);
});
