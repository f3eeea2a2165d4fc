import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore } from "@/lib/images/index.ts";
import { provisionTenant } from "@/lib/install/provision.ts";
import { MASK } from "@/lib/install/troubleshoot/mask.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { application, install, putImage, untilPhase } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import type { Troubleshooting } from "@/lib/model/troubleshooting.ts";
import { answer } from "./answer.test-support.ts";

/** Alice owns the workspace, bob may look at it, and the administrator has nothing to do with it. */
const SLOW_MS = 60_000;
const PASSWORD = "correct-horse-battery";
const ADDRESS = "/api/namespaces/ns-alice/installations/leaky/troubleshooting";

/** It crashes, and says its password and somebody's token before. */
const leaky = `apiVersion: v1
kind: Secret
metadata:
  name: leaky
stringData:
  password: ${PASSWORD}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: leaky
spec:
  selector:
    matchLabels: { app: leaky }
  template:
    metadata:
      labels: { app: leaky }
    spec:
      containers:
        - name: main
          image: docker.io/library/nginx:crash
          args: ["--drawn=\${{ defaults.pin }}", "--login=${PASSWORD}", "--peer=amqp://app:other-word@queue:5672"]
`;
const drawn = 'defaults:\n  pin: { type: string, value: "${{ random(12) }}" }';

let hub: HubUnderTest;
let manager: Manager;
let alice: Browser;
let bob: Browser;
let admin: Browser;

beforeAll(async () => {
  hub = await startHubUnderTest();
  const images = new ContentStore(hub.config.contentDir);
  await putImage(images, "labring/leaky:1.0.0", application("leaky", leaky, drawn));
  manager = testManager({
    cluster: await hub.cluster.account("sealos-system", "manager"),
    images,
  });
  await manager.start();
  [alice, bob, admin] = [1, 2, 3].map(() => new Browser(hub.config.url, answer)) as [
    Browser,
    Browser,
    Browser,
  ];
  await Promise.all([alice.signIn("alice"), bob.signIn("bob"), admin.signIn("admin")]);
  await provisionTenant(
    hub.admin,
    { uid: "alice", subject: '["demo","alice"]', displayName: "Alice" },
    { members: [{ uid: "bob", role: "viewer" }] },
  );
  await install(hub.admin, "ns-alice", "labring/leaky:1.0.0");
  await untilPhase(hub.admin, "ns-alice", "leaky", "Failed", SLOW_MS);
}, 3 * SLOW_MS);
afterAll(async () => {
  await manager?.stop();
  await hub?.stop();
});

/** As soon as there is an account, and a crash of which the cluster has told. */
async function reportFor(browser: Browser): Promise<{ report: Troubleshooting; text: string }> {
  return vi.waitFor(
    async () => {
      const response = await browser.fetch(ADDRESS);
      expect(response.status).toBe(200);
      const text = await response.text();
      const report = JSON.parse(text) as Troubleshooting;
      expect(report.pods[0]?.containers[0]?.restarts).toBeGreaterThan(0);
      expect(report.events.map(({ reason }) => reason)).toContain("BackOff");
      return { report, text };
    },
    { timeout: SLOW_MS, interval: 200 },
  );
}

describe("troubleshooting an app that crashes and talks", () => {
  test("shows conditions, objects, pods, their last lines and events, without what its Secrets hold", async () => {
    const { report, text } = await reportFor(alice);
    expect(report).toMatchObject({ phase: "Failed", said: { code: "crash", reason: "crash-exit-said" } });
    expect(report.conditions.map(({ type }) => type)).toContain("Ready");
    expect(report.objects.map(({ kind, health }) => `${kind} ${health}`)).toEqual([
      "Secret Current",
      "Deployment InProgress",
    ]);
    const [container] = report.pods[0]?.containers ?? [];
    expect(container?.log?.text).toMatch(/fatal: simulated failure of container main/);
    expect(container?.log?.text).toContain(`--login=${MASK}`);
    expect(container?.log?.text).toContain(`amqp://app:${MASK}@queue:5672`);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain("other-word");
  });

  test("and its status shows nothing that was drawn for it", async () => {
    const { status } = await untilPhase(hub.admin, "ns-alice", "leaky", "Failed");
    expect(status?.log).toContain("--drawn=••••");
  });

  test("gives no log, nor looks for them, where Secrets hold more than can be looked for", async () => {
    const data = { blob: Buffer.alloc(900_000, "0123456789abcdef\n").toString("base64") };
    const names = Array.from({ length: 8 }, (_, index) => `large-${index}`);
    const secret = { apiVersion: "v1", kind: "Secret" };
    for (const name of names)
      await hub.admin.create({ ...secret, metadata: { name, namespace: "ns-alice" }, data });
    const { report, text } = await reportFor(alice);
    expect(report.logs).toBe("too-many-secrets");
    expect(text).not.toContain("--login");
    for (const name of names) await hub.admin.delete({ ...secret, name, namespace: "ns-alice" });
    expect((await reportFor(alice)).report.logs).toBe("read");
  });

  test("gives no log to who may not read the Secrets, and says so", async () => {
    const { report, text } = await reportFor(bob);
    expect(report.logs).toBe("withheld");
    expect(report.pods[0]?.containers.every(({ log }) => log === undefined)).toBe(true);
    expect(text).not.toContain(PASSWORD);
  });

  test("is nobody else's to see, and has nothing to say of what is not there", async () => {
    const stranger = await admin.fetch(ADDRESS);
    expect(stranger.status).toBe(404);
    expect(await stranger.text()).not.toMatch(/nginx|Deployment|crash/);
    expect((await alice.fetch(ADDRESS.replace("leaky", "nothing"))).status).toBe(404);
  });
});
