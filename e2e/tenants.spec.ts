import { request as httpRequest } from "node:http";
import type { Page } from "@playwright/test";
import { type AnyObject, refOf } from "../lib/cluster/index.ts";
import { API_VERSION } from "../lib/model/resources.ts";
import { expectProblem, objectsAtRest, objectsOf, send } from "./behind.ts";
import { expect, type RunningHub, test } from "./hub.ts";

/** In everything of alice's that somebody else must not see. */
const SECRET = "alices-diary";
const ASKS = { name: SECRET, image: "labring/asks", inputs: { colour: SECRET } };

/** What alice has in her workspace. */
const belongings: AnyObject[] = [
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: SECRET, namespace: "ns-alice", labels: { app: SECRET } },
    spec: { containers: [{ name: "main", image: "docker.io/library/nginx:1.29" }] },
  },
  {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: SECRET, namespace: "ns-alice" },
    involvedObject: { apiVersion: "v1", kind: "Pod", name: SECRET, namespace: "ns-alice" },
    reason: "Written",
    message: SECRET,
    type: "Normal",
  },
];

/** Runs with alice's and somebody else's page, while alice has things of her own. */
async function withAlice(hub: RunningHub, alice: Page, run: () => Promise<void>): Promise<void> {
  const installed = await send(alice, hub, "POST", "/api/namespaces/ns-alice/installations", ASKS);
  expect(installed.status(), await installed.text()).toBe(201);
  const installation = { apiVersion: API_VERSION, kind: "Installation", namespace: "ns-alice", name: SECRET };
  const made: AnyObject[] = [];
  try {
    for (const object of belongings) made.push(await hub.cluster.create(object));
    await expect
      .poll(async () => (await hub.cluster.get(installation)).status)
      .toMatchObject({ phase: "Running" });
    await run();
  } finally {
    for (const object of made) await hub.cluster.delete(refOf(object));
    await send(alice, hub, "DELETE", `/api/namespaces/ns-alice/installations/${SECRET}`);
    // The next test makes the same again.
    const left = async () => {
      const found = await Promise.all([...made.map(refOf), installation].map((ref) => hub.cluster.find(ref)));
      return found.filter(Boolean);
    };
    await expect.poll(left).toEqual([]);
  }
}

const redis = { apiVersion: "redis.redis.opstreelabs.in/v1beta2", kind: "Redis", metadata: { name: "mine" } };

/** Every operation of the API that concerns a workspace. */
const operations = (namespace: string): [Parameters<typeof send>[2], string, unknown?][] => {
  const base = `/api/namespaces/${namespace}`;
  const instances = `${base}/providers/labring.redis/redis`;
  return [
    ["POST", `${base}/plan`, { image: "labring/asks", inputs: { colour: "red" } }],
    ["POST", `${base}/installations`, { image: "labring/asks", inputs: { colour: "red" } }],
    ["PATCH", `${base}/installations/${SECRET}`, { suspended: true }],
    ["DELETE", `${base}/installations/${SECRET}`],
    ["GET", `${base}/installations/${SECRET}/objects`],
    ["GET", `${base}/installations/${SECRET}/revisions`],
    ["GET", `${base}/installations/${SECRET}/revisions/1`],
    ["POST", `${base}/installations/${SECRET}/revisions/1`, {}],
    ["GET", `${base}/installations/${SECRET}/troubleshooting`],
    ["GET", `${base}/timeline`],
    ["GET", `${base}/usage?from=2026-01-01&to=2026-01-31`],
    ["GET", `${base}/usage/export?from=2026-01-01&to=2026-01-31`],
    ["PUT", `${base}/budget`, { monthly: "5" }],
    ["GET", `${base}/statement?month=2026-01`],
    ["GET", `${base}/statement/export?month=2026-01`],
    ["GET", `${base}/bin`],
    ["DELETE", `${base}/bin`],
    ["DELETE", `${base}/bin/${SECRET}`],
    ["POST", `${base}/bin/${SECRET}/restore`, {}],
    ["PATCH", `${base}/actionruns/${SECRET}`, { cancelled: true }],
    ["POST", `${base}/actionruns`, { installation: SECRET, action: "restart" }],
    ["POST", `${base}/credential`],
    ["PATCH", `${base}/desktop`, { theme: "dark" }],
    ["POST", `${base}/apps/${SECRET}/launch`, { event: "ON_RUN" }],
    ["POST", instances, { object: redis }],
    ["PUT", `${instances}/mine`, { object: redis }],
    ["DELETE", `${instances}/mine`],
    ["GET", `${instances}/mine/connection`],
    ["GET", `${instances}/mine/actions`],
    ["GET", `${base}/pods/${SECRET}/logs`],
    ["GET", `${base}/pods/${SECRET}/logs?follow=true`],
    ...[
      "installations",
      "apps",
      "desktop",
      "providers",
      "actionruns",
      "catalogue",
      "quota",
      "events",
      "instances/labring.redis",
      "instance/labring.redis/redis/mine",
    ].map((topic): ["GET", string] => [
      "GET",
      `/api/stream?namespace=${namespace}&topic=${encodeURIComponent(topic)}`,
    ]),
  ];
};

/** A request whose path goes over the wire exactly as given; browsers would tidy it up. */
async function raw(page: Page, hub: RunningHub, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(hub.url);
  const cookies = await page.context().cookies(hub.url);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: hostname, port, path, headers: { cookie } }, (answer) => {
      let body = "";
      const end = () => resolve({ status: answer.statusCode ?? 0, body });
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        body += chunk;
        // A stream would go on for ever; its first words say enough.
        if (body.includes('"ready"')) {
          end();
          asked.destroy();
        }
      });
      answer.on("end", end);
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("answers every route of another's workspace as if it did not exist", async ({ hub, person }) => {
  const [alice, bob] = [await person("alice"), await person("bob")];
  await withAlice(hub, alice, async () => {
    const before = await objectsAtRest(hub);
    const nobody = operations("ns-nobody");
    for (const [index, [method, path, body]] of operations("ns-alice").entries()) {
      const mine = await expectProblem(await send(bob, hub, method, path, body), 404, "not-found");
      const [, other = ""] = nobody[index] ?? [];
      const none = await expectProblem(await send(bob, hub, method, other, body), 404, "not-found");
      expect(mine.detail).toBe(none.detail?.replace("ns-nobody", "ns-alice"));
      expect(mine.fields).toEqual(none.fields);
    }
    expect(await objectsOf(hub)).toEqual(before);
  });
});

test("knows every route of a workspace that the API describes", async ({ hub, person }) => {
  const page = await person("bob");
  const description = (await (await send(page, hub, "GET", "/api/openapi.json")).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const described = Object.entries(description.paths)
    .filter(([path]) => path.includes("{ns}"))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
  expect(described.length).toBeGreaterThan(8);
  const tried = operations("ns-alice");
  for (const { method, path } of described) {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/?]+")}(\\?.*)?$`);
    const found = tried.some(([verb, address]) => verb === method && pattern.test(address));
    expect(found, `${method} ${path} is tried with another's workspace`).toBe(true);
  }
});

test("shows nothing of another's on any page, whatever address is guessed", async ({ hub, person }) => {
  const [alice, bob] = [await person("alice"), await person("bob")];
  await withAlice(hub, alice, async () => {
    await alice.goto(`${hub.url}/installations/${SECRET}`);
    await expect(alice.getByRole("heading", { name: "Asks for inputs" })).toBeVisible();

    await bob.evaluate(() => localStorage.setItem("workspace", "ns-alice"));
    const seen: string[] = [];
    bob.on("response", async (response) => {
      const type = response.headers()["content-type"] ?? "";
      if (type.includes("json")) seen.push(await response.text().catch(() => ""));
    });
    await bob.goto(`${hub.url}/installations/${SECRET}`);
    await expect(bob.getByText(`${SECRET} is not installed here`)).toBeVisible();
    await bob.goto(`${hub.url}/installations/${SECRET}?uninstall=1&namespace=ns-alice`);
    await expect(bob.getByText(`${SECRET} is not installed here`)).toBeVisible();
    await bob.goto(`${hub.url}/hub/labring/asks`);
    await expect(
      bob.getByRole("main").getByRole("button", { name: "Install Asks for inputs" }),
    ).toBeEnabled();
    await bob.goto(`${hub.url}/?namespace=ns-alice&workspace=ns-alice`);
    await expect(bob.getByRole("list", { name: "Apps on the desktop" })).toBeVisible();
    await expect(bob.getByText("Asks for inputs")).toHaveCount(0);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((text) => text.includes(SECRET))).toEqual([]);
  });
});

test("sends a stream of one's own workspace only", async ({ hub, person }) => {
  const [alice, bob] = [await person("alice"), await person("bob")];
  const topics = "topic=installations&topic=apps&topic=events&topic=quota&topic=desktop";
  await withAlice(hub, alice, async () => {
    const hers = await raw(alice, hub, `/api/stream?namespace=ns-alice&${topics}`);
    expect(hers.status).toBe(200);
    expect(hers.body).toContain(SECRET);
    const his = await raw(bob, hub, `/api/stream?namespace=ns-bob&${topics}`);
    expect(his.status).toBe(200);
    expect(his.body).not.toContain(SECRET);
  });
});

test("does not let a path lead out of one's own workspace", async ({ hub, person }) => {
  const [alice, bob] = [await person("alice"), await person("bob")];
  await withAlice(hub, alice, async () => {
    const own = "/api/namespaces/ns-bob";
    for (const path of [
      `${own}/../ns-alice/installations/${SECRET}/objects`,
      `${own}%2f..%2fns-alice/installations/${SECRET}/objects`,
      `${own}/%2e%2e/ns-alice/installations/${SECRET}/objects`,
      `${own}/installations/..%2f..%2f..%2fns-alice%2finstallations%2f${SECRET}/objects`,
      `${own}/installations/..%252f..%252fns-alice%252f${SECRET}/objects`,
      `${own}/pods/..%2f..%2f..%2fns-alice%2fpods%2f${SECRET}/logs`,
      `${own}/pods/${SECRET}%3fnamespace=ns-alice/logs`,
      `${own}/pods/${SECRET}/logs?namespace=ns-alice`,
      `/api//namespaces//ns-alice/installations/${SECRET}/objects`,
      `/api/namespaces/NS-ALICE/installations/${SECRET}/objects`,
      `/api/namespaces/ns-alice%00/installations/${SECRET}/objects`,
      `/api/namespaces/ns-alice%20/installations/${SECRET}/objects`,
      `/api/namespaces/sealos-system/installations/${SECRET}/objects`,
      `/api/namespaces/.../installations/${SECRET}/objects`,
      `/api/stream?namespace=ns-bob&namespace=ns-alice&topic=installations`,
      `/api/stream?namespace=ns-alice&namespace=ns-bob&topic=installations`,
      `/api/stream?namespace[]=ns-alice&topic=installations`,
      `/api/stream?namespace=ns-bob%2f..%2fns-alice&topic=installations`,
      `/api/stream?namespace=ns-bob&topic=secrets`,
      `/api/stream?namespace=ns-bob&topic=instances/..%2f..%2fns-alice`,
      `/api/stream?namespace=*&topic=installations`,
      `/api/stream?namespace=&topic=installations`,
    ]) {
      const { status, body } = await raw(bob, hub, path);
      // A topic of a provider that is not there is empty until it is.
      if (path.includes("topic=instances/")) expect(body, path).not.toContain(`"key"`);
      else expect({ path, refused: status >= 300 && status < 500 }).toEqual({ path, refused: true });
      // The answer may repeat what was asked for, and nothing else.
      expect(body.replaceAll(/"instance":"[^"]*"/g, ""), path).not.toContain(`"kind":"ConfigMap"`);
    }
  });
});

test("takes no word for who is asking but the session's", async ({ hub, person, browser }) => {
  const [alice, bob] = [await person("alice"), await person("bob")];
  await withAlice(hub, alice, async () => {
    const tricks: Record<string, string>[] = [
      { "impersonate-user": "system:serviceaccount:ns-alice:member-alice" },
      { "impersonate-user": "system:admin", "impersonate-group": "system:masters" },
      { authorization: "Bearer system:serviceaccount:ns-alice:member-alice" },
      { "x-remote-user": "alice", "x-forwarded-user": "alice", "x-auth-request-user": "alice" },
      { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
      { "x-forwarded-host": "evil.example", "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" },
      { "x-original-url": "/api/namespaces/ns-bob/desktop", "x-http-method-override": "GET" },
    ];
    const stranger = await (await browser.newContext()).newPage();
    const path = `/api/namespaces/ns-alice/installations/${SECRET}/objects`;
    for (const headers of tricks) {
      await expectProblem(await send(bob, hub, "GET", path, undefined, headers), 404, "not-found");
      await expectProblem(await send(stranger, hub, "GET", path, undefined, headers), 401, "signed-out");
      const session = await (await send(bob, hub, "GET", "/api/session", undefined, headers)).json();
      expect(session).toMatchObject({ user: { uid: "bob", administrator: false } });
    }
    // In his own workspace bob stays bob, too: what he makes there is made by his own account.
    const made = await send(
      bob,
      hub,
      "PATCH",
      "/api/namespaces/ns-bob/desktop",
      { theme: "dark" },
      { "impersonate-user": "system:serviceaccount:ns-alice:member-alice" },
    );
    expect(made.status()).toBe(200);
    await stranger.context().close();
  });
});

test("takes changes from its own pages only", async ({ hub, person }) => {
  const alice = await person("alice");
  const before = await objectsAtRest(hub);
  const path = "/api/namespaces/ns-alice/installations";
  const body = { image: "labring/asks", inputs: { colour: "red" } };
  const refused: Record<string, string>[] = [
    { "x-requested-with": "" },
    { "x-requested-with": "XMLHttpRequest" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: hub.url.replace("localhost", "localhost.evil.example") },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused)
    await expectProblem(await send(alice, hub, "POST", path, body, headers), 403, "forbidden");

  // A page of another site, in the same browser, with the one means that needs nobody's leave: a form.
  const evil = await alice.context().newPage();
  const form = `<form method="post" enctype="text/plain" action="${hub.url}${path}"><button>Win</button></form>`;
  await evil.route("http://evil.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: form }),
  );
  await evil.goto("http://evil.example/");
  const answered = evil.waitForResponse(`${hub.url}${path}`);
  await evil.getByRole("button", { name: "Win" }).click();
  expect((await answered).status()).toBe(403);
  expect(await objectsOf(hub)).toEqual(before);
  await evil.close();
});

test("gives the administrator no way into a tenant's workspace", async ({ hub, person }) => {
  const [alice, admin] = [await person("alice"), await person("admin")];
  await withAlice(hub, alice, async () => {
    const session = (await (await send(admin, hub, "GET", "/api/session")).json()) as {
      user: { administrator: boolean };
      workspaces: { namespace: string }[];
    };
    expect(session.user.administrator).toBe(true);
    expect(session.workspaces.map(({ namespace }) => namespace)).toEqual(["ns-admin"]);
    for (const namespace of ["ns-alice", "sealos-system", "kube-system"])
      for (const [method, path, body] of operations(namespace))
        await expectProblem(await send(admin, hub, method, path, body), 404, "not-found");
    await admin.goto(`${hub.url}/installations/${SECRET}`);
    await expect(admin.getByText(`${SECRET} is not installed here`)).toBeVisible();
  });
});
