import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { answer } from "./answer.test-support.ts";

/** What a signed-in person may try against the web server with a browser of their own. */
let hub: HubUnderTest;
let mallory: Browser;
let closed: string;

beforeAll(async () => {
  hub = await startHubUnderTest();
  await hub.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  closed = await hub.publish("images/gitea", "closed/gitea:latest", { private: true });
  mallory = new Browser(hub.config.url, answer);
  await mallory.signIn("bob");
});
afterAll(() => hub?.stop());

test("nothing of a private image comes by its digest under a public name", async () => {
  const icon = (of: string, digest: string) =>
    mallory.fetch(`/api/hub/repositories/labring/${of}/icon?digest=${encodeURIComponent(digest)}`);
  expect((await icon("uptime-kuma", closed)).status).toBe(404);
  const plan = await mallory.fetch("/api/namespaces/ns-bob/plan", {
    method: "POST",
    json: { image: `labring/uptime-kuma@${closed}` },
  });
  expect(JSON.stringify(await plan.json())).not.toMatch(/gitea/i);
});

test("nobody holds more streams than their share, and who closes one may open another", async () => {
  const path = "/api/stream?namespace=ns-bob&topic=quota";
  const open = () => mallory.fetch(path);
  const held = await Promise.all(Array.from({ length: 100 }, open));
  expect(new Set(held.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await open();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: "too-many" });
  const alice = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  expect((await alice.fetch("/api/session")).status).toBe(200);
  const [first, ...others] = held;
  await first?.body?.cancel();
  const another = await vi.waitFor(async () => {
    const response = await open();
    expect(response.status).toBe(200);
    return response;
  }, 20_000);
  await Promise.all([another, ...others].map(({ body }) => body?.cancel()));
});

test("a log that somebody follows ends when they may not read it any more", async () => {
  const namespace = "ns-bob";
  await hub.admin.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "talker", namespace },
    spec: { containers: [{ name: "talker", image: "docker.io/library/nginx:1.27" }] },
  });
  const pod = { apiVersion: "v1", kind: "Pod", name: "talker", namespace };
  await expect
    .poll(async () => ((await hub.admin.get<KubernetesObject>(pod)).status as { phase?: string })?.phase)
    .toBe("Running");
  const response = await mallory.fetch(`/api/namespaces/${namespace}/pods/talker/logs?follow=true`);
  expect(response.status).toBe(200);
  const log = response.text();
  await hub.admin.delete({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    name: "member-bob",
    namespace,
  });
  expect(await log).toMatch(/event: end\ndata: forbidden\n\n$/);
});
