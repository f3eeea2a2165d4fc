import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore } from "@/lib/images/index.ts";
import { provisionTenant } from "@/lib/install/provision.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { application, putImage, untilPhase } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import { fieldManagerOf } from "@/lib/model/door.ts";
import { API_VERSION, DEPARTED } from "@/lib/model/resources.ts";
import type { Timeline, TimelineEntry } from "@/lib/model/timeline.ts";
import { answer } from "./answer.test-support.ts";

/** Alice owns the workspace, carol edits it, bob has nothing to do with it. */
const NAMESPACE = "ns-alice";
const SLOW_MS = 60_000;
const manifests = (text: string, name = "words") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  text: ${text}\n`;

let hub: HubUnderTest;
let manager: Manager;
let alice: Browser;
let bob: Browser;

beforeAll(async () => {
  hub = await startHubUnderTest();
  const images = new ContentStore(hub.config.contentDir);
  await putImage(images, "labring/words:1.0.0", application("words", manifests("one")));
  await putImage(images, "labring/words:2.0.0", application("words", manifests("two")));
  await putImage(images, "labring/touched:1.0.0", application("touched", manifests("one", "touched")));
  manager = testManager({
    cluster: await hub.cluster.account("sealos-system", "manager"),
    images,
  });
  await manager.start();
  [alice, bob] = [new Browser(hub.config.url, answer), new Browser(hub.config.url, answer)];
  await Promise.all([alice.signIn("alice"), bob.signIn("bob")]);
  await provisionTenant(
    hub.admin,
    { uid: "alice", subject: '["demo","alice"]', displayName: "Alice" },
    { members: [{ uid: "carol", role: "editor", displayName: "Carol" }] },
  );
  for (const image of ["words?tag=2.0.0", "touched?tag=1.0.0"])
    await vi.waitFor(
      async () => expect((await alice.fetch(`/api/hub/repositories/labring/${image}`)).status).toBe(200),
      SLOW_MS,
    );
}, 3 * SLOW_MS);
afterAll(async () => {
  await manager?.stop();
  await hub?.stop();
});

const installations = `/api/namespaces/${NAMESPACE}/installations`;
const installationOf = (name: string) => ({
  ...{ apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name },
});

async function timeline(query: string, browser = alice): Promise<Timeline> {
  const response = await browser.fetch(`/api/namespaces/${NAMESPACE}/timeline?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Timeline;
}

const line = ({ event, door, person, image = "" }: TimelineEntry) =>
  [event, door, person?.name ?? "–", image.replace("labring/words:", "")].join(" ").trim();
const changes = ({ entries }: Timeline) =>
  entries.filter(({ kind }) => kind === "change" || kind === "outcome").map(line);

async function install(name: string): Promise<void> {
  const made = await alice.fetch(installations, {
    method: "POST",
    json: { image: `labring/${name}:1.0.0`, inputs: {} },
  });
  expect(made.status).toBe(201);
  await untilPhase(hub.admin, NAMESPACE, name, "Running", SLOW_MS);
}

describe("the timeline of a workspace", () => {
  test(
    "tells who installed, upgraded, took back and uninstalled, through which door, also when it is gone",
    async () => {
      await install("words");
      const carol = (await hub.cluster.account(NAMESPACE, "member-carol")).writingAs(
        fieldManagerOf("cli", "carol"),
      );
      const upgrade = { spec: { image: "labring/words:2.0.0" } };
      await carol.patch(installationOf("words"), upgrade, { type: "merge" });
      await vi.waitFor(
        async () =>
          expect(changes(await timeline("installation=words")).slice(0, 2)).toEqual([
            "ready manager –",
            "upgraded cli Carol 2.0.0",
          ]),
        SLOW_MS,
      );
      await hub.admin.patch(
        installationOf("words"),
        { spec: { image: "labring/words:1.0.0" } },
        { type: "merge", fieldManager: "kubectl-edit" },
      );
      await vi.waitFor(
        async () =>
          expect(changes(await timeline("installation=words"))).toEqual([
            "ready manager –",
            "rolled-back kubectl – 1.0.0",
            "ready manager –",
            "upgraded cli Carol 2.0.0",
            "ready manager –",
            "installed page Alice 1.0.0",
          ]),
        SLOW_MS,
      );

      await alice.fetch(`${installations}/words`, { method: "DELETE" });
      await vi.waitFor(
        async () => expect(await hub.admin.find(installationOf("words"))).toBeUndefined(),
        SLOW_MS,
      );
      const gone = await timeline("installation=words");
      expect(changes(gone).slice(0, 2)).toEqual(["uninstalled page Alice", "uninstall-requested page Alice"]);
      expect(changes(gone)).toContain("installed page Alice 1.0.0");
      const record = { apiVersion: "v1", kind: "ConfigMap", namespace: NAMESPACE, name: DEPARTED.name };
      expect(Object.keys((await hub.admin.get(record)).data as object)).toEqual([
        expect.stringMatching(/^words\./),
      ]);
    },
    4 * SLOW_MS,
  );

  test(
    "tells who changed by hand what an app consists of, and which fields",
    async () => {
      await install("touched");
      const touched = { apiVersion: "v1", kind: "ConfigMap", namespace: NAMESPACE, name: "touched" };
      await hub.admin.patch(
        touched,
        { data: { more: "by hand" } },
        { type: "merge", fieldManager: "kubectl-patch" },
      );
      const { entries } = await timeline("installation=touched");
      expect(entries.find(({ event }) => event === "edited")).toMatchObject({
        object: { kind: "ConfigMap", name: "touched" },
        door: "kubectl",
        program: "kubectl-patch",
        fields: ["data.more"],
      });
    },
    2 * SLOW_MS,
  );

  test("is exported as a table", async () => {
    const response = await alice.fetch(`/api/namespaces/${NAMESPACE}/timeline?format=csv`);
    expect(response.headers.get("content-type")).toContain("text/csv");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="timeline-ns-alice.csv"');
    expect(await response.text()).toMatch(/^time,kind,event,/);
  });

  test("refuses half an instance, and shows nobody the workspace of somebody else", async () => {
    const half = await alice.fetch(`/api/namespaces/${NAMESPACE}/timeline?kind=postgresql`);
    expect(half.status).toBe(400);
    for (const query of ["", "?installation=words", "?format=csv"]) {
      const other = await bob.fetch(`/api/namespaces/${NAMESPACE}/timeline${query}`);
      expect(other.status).toBe(404);
      expect(await other.text()).not.toContain("words");
    }
  });
});
