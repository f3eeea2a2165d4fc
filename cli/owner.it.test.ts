import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answer } from "@/app/api/answer.test-support.ts";
import { Browser, type HubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { Budget } from "@/lib/model/budget.ts";
import { API_VERSION, type Organization, type Usage } from "@/lib/model/resources.ts";
import { type Desk, openDesk } from "./testing/desk.ts";

/** What owners see to from a terminal: organizations, keys, and what a workspace may cost. */
const SLOW_MS = 180_000;
let desk: Desk;
let under: HubUnderTest;
let home: string;
let alice: Browser;

beforeAll(async () => {
  desk = await openDesk({ "labring/open-webui:latest": "images/open-webui" });
  ({ under, home, alice } = desk);
  // Who has never signed in cannot be let in by name.
  await new Browser(under.config.url, answer).signIn("bob");
  expect(await desk.login()).toMatchObject({ code: 0 });
}, SLOW_MS);

afterAll(() => desk?.close());

const hub: Desk["hub"] = (args, options) => desk.hub(args, options);

describe("a publisher", () => {
  test("makes an organization, lets people in, publishes and takes it all away again", async () => {
    expect(await hub(["org", "create", "acme", "--title", "Acme"])).toMatchObject({ code: 0 });
    expect((await hub(["org", "list"])).stdout).toMatch(/^acme +owner +1 +0 +Acme$/m);
    expect((await hub(["org", "add", "acme", "bob", "--role", "publisher"])).stdout).toBe(
      "bob is publisher of acme.\n",
    );
    expect((await hub(["org", "members", "acme"])).stdout).toMatch(/^bob +publisher/m);
    expect((await hub(["org", "invite", "acme"])).stdout).toMatch(/^http:\/\/\S+\n$/);
    expect(await hub(["org", "remove", "acme", "bob"])).toMatchObject({ code: 0 });
    expect((await hub(["org", "members", "acme"])).stdout).not.toContain("bob");
    expect((await hub(["org", "leave", "acme"])).code).not.toBe(0);
    const source = ["--source", "registry.example/acme/shop"];
    const published = await hub(["publish", "acme/shop", ...source, "--private", "--json"]);
    expect(published).toMatchObject({ code: 0 });
    const repository = { apiVersion: API_VERSION, kind: "Repository", name: "acme.shop" };
    expect(await under.admin.get(repository)).toMatchObject({
      spec: { source: "registry.example/acme/shop", visibility: "private" },
    });
    expect((await hub(["publish", "acme/shop", ...source])).code).not.toBe(0);
    expect((await hub(["publish", "acme/shop:1", ...source])).code).toBe(2);
    expect((await hub(["publish", "stranger/shop", ...source])).code).not.toBe(0);
    expect(await hub(["unpublish", "acme/shop"])).toMatchObject({ code: 0 });
    expect(await under.admin.find(repository)).toBeUndefined();
    expect(await hub(["org", "delete", "acme"])).toMatchObject({ code: 0 });
  });

  test("keeps a registry's password where nobody reads it", async () => {
    await hub(["org", "create", "keeper"]);
    const args = ["org", "credentials", "keeper", "--registry", "registry.example", "-u", "bot"];
    const kept = await hub([...args, "--password-stdin"], { input: "pass-word-1\n" });
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.stdout + kept.stderr).not.toContain("pass-word-1");
    const { items } = await under.admin.list({
      apiVersion: "v1",
      kind: "Secret",
      namespace: "sealos-registries",
    });
    expect(items).toHaveLength(1);
    expect(await hub(["org", "credentials", "keeper", "--forget"])).toMatchObject({ code: 0 });
    expect((await hub(["org", "credentials", "keeper"])).code).toBe(2);
    await hub(["org", "delete", "keeper"]);
  });
});

describe("an organization that signs its images", () => {
  test("keeps its keys by their fingerprints, and what it did not sign is in nobody's plan", {
    timeout: SLOW_MS,
  }, async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    // Whoever mistakes the private key for the public one gives away the public half alone.
    await writeFile(join(home, "signing.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
    const [key, org] = [join(home, "signing.pem"), "sealed"];
    await hub(["org", "create", org]);
    expect((await hub(["org", "require-signature", org, "on"])).stderr).toContain("has no public key yet");
    const added = await hub(["org", "keys", "add", org, key, "--json"]);
    const { fingerprint } = added.json<{ fingerprint: string }>();
    const reference = { apiVersion: API_VERSION, kind: "Organization", name: org };
    expect(await under.admin.get<Organization>(reference)).toMatchObject({
      spec: { publicKeys: [publicKey.export({ type: "spki", format: "pem" })] },
    });
    expect((await hub(["org", "keys", "list", org])).stdout).toMatch(
      new RegExp(`^${fingerprint} +ECDSA P-256$`, "m"),
    );
    expect(await hub(["org", "require-signature", org, "on"])).toMatchObject({ code: 0 });

    await under.publish("images/uptime-kuma", "sealed/kuma:1.0");
    const plan = () => hub(["run", "sealed/kuma:1.0", "--dry-run", "-n", "ns-alice"]);
    const refused = await plan();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/sealed\/kuma:1\.0 is not signed.*hub sign --key/);
    const pressed = await alice.fetch("/api/namespaces/ns-alice/installations", {
      method: "POST",
      json: { image: "sealed/kuma:1.0", inputs: {} },
    });
    expect(await pressed.json()).toMatchObject({ status: 422, code: "image-unsigned" });
    const signed = ["--layout", under.config.contentDir, "sealed/kuma:1.0"];
    expect(await hub(["sign", "--key", key, ...signed])).toMatchObject({ code: 0 });
    expect((await hub(["verify", "--key", key, "--json", ...signed])).json()).toMatchObject({
      verified: true,
      key: fingerprint,
    });
    expect(await plan()).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const page = await alice.fetch("/api/hub/repositories/sealed/kuma");
      expect(await page.json()).toMatchObject({
        card: { signedBy: fingerprint },
        tags: [{ signature: { state: "Signed", key: fingerprint } }],
      });
    }, 20_000);

    expect((await hub(["org", "keys", "remove", org, "sha256:none"])).code).toBe(3);
    expect((await hub(["org", "keys", "remove", org, fingerprint])).stderr).toContain("Without its last key");
    await hub(["org", "require-signature", org, "off"]);
    const beginning = fingerprint.slice(0, 20);
    expect(await hub(["org", "keys", "remove", org, beginning])).toMatchObject({ code: 0 });
    expect((await hub(["org", "keys", "list", org, "--json"])).stdout).not.toContain(fingerprint);
  });
});

describe("what a workspace costs", () => {
  const budget = { apiVersion: API_VERSION, kind: "Budget", namespace: "ns-alice", name: "default" };

  test(
    "is held to a budget that its owner sets, and nothing is started once that is spent",
    async () => {
      expect(await hub(["budget", "much"])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("is no amount"),
      });
      const set = await hub(["budget", "25", "--warn", "90", "--warn-only"]);
      expect(set).toMatchObject({ code: 0, stdout: expect.stringMatching(/default +25 +90 %/) });
      expect((await under.admin.get<Budget>(budget)).spec).toEqual({
        monthly: "25",
        warnAt: 90,
        stop: false,
      });
      const limit = await hub(["budget", "--warn", "5", "--limit"]);
      expect(limit).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no budget yet") });
      await under.admin.patch(
        budget,
        { status: { phase: "Stopped" } },
        { type: "merge", subresource: "status" },
      );
      const run = ["run", "labring/open-webui:latest", "--name", "late", "--set", "api_key=secret"];
      const refused = await hub(run);
      expect(refused.stderr + refused.stdout).toContain("has spent its budget for this month");
      const late = { apiVersion: API_VERSION, kind: "Installation", namespace: "ns-alice", name: "late" };
      expect(await under.admin.find(late)).toBeUndefined();
      const inputs = { apiVersion: "v1", kind: "Secret", namespace: "ns-alice", name: "late-inputs" };
      expect(await under.admin.find(inputs)).toBeUndefined();
      expect(await hub(["budget", "--off"])).toMatchObject({ code: 0 });
      expect(await under.admin.find(budget)).toBeUndefined();
    },
    SLOW_MS,
  );

  test("is told for a month, line by line", async () => {
    const type = { apiVersion: API_VERSION, kind: "Usage" };
    const reference = { ...type, namespace: "ns-alice", name: "2026-01-05" };
    await under.admin.create<Usage>({
      ...type,
      metadata: { name: "2026-01-05", namespace: "ns-alice" },
      spec: {},
    } as Usage);
    const line = { meter: "cpu", unit: "core", per: "hour", amount: 2, price: "0.5", cost: 1_000_000 };
    const shop = {
      cpuSeconds: 7200,
      memoryByteSeconds: 0,
      storageByteSeconds: 0,
      charges: [line],
      cost: 1_000_000,
    };
    const status = { currency: "EUR", apps: { shop } };
    await under.admin.patch(reference, { status }, { type: "merge", subresource: "status" });
    const told = await hub(["statement", "2026-01"]);
    expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining("Total: 1.000000 EUR") });
    expect(told.stdout).toMatch(/shop +cpu +2\.00 core-hours +0\.5 +1\.000000 EUR/);
    const csv = await hub(["statement", "2026-01", "--csv"]);
    expect(csv.stdout).toContain("2026-01,shop,cpu,core-hour,2,0.5,1.000000,EUR");
    expect(await hub(["statement", "January"])).toMatchObject({ code: 2 });
  });
});
