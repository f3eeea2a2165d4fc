import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../cluster/index.ts";
import type { Files } from "../images/index.ts";
import { API_VERSION, type Installation, type Provider } from "../model/resources.ts";
import { makePublic, providerOf, userOf } from "./testing/choice.ts";
import {
  allow,
  application,
  install,
  makeTenant,
  putImage,
  shipped,
  until,
  untilPhase,
} from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;

/** The shipped one under another title, as somebody else might publish it. */
async function anotherPostgres(): Promise<Files> {
  const files = new Map(await shipped("providers/postgres"));
  const text = new TextDecoder().decode(files.get("app.yaml"));
  return files.set("app.yaml", new TextEncoder().encode(text.replace(/title: .*/, "title: Acme PostgreSQL")));
}

beforeAll(async () => {
  stage = await openStage();
  admin = stage.admin;
  for (const [name, trusted] of Object.entries({ acme: true, stranger: false }))
    await admin.create({
      ...{ apiVersion: API_VERSION, kind: "Organization" },
      metadata: { name },
      spec: { trusted },
    });
  const { images } = stage;
  const offered: [string, Files][] = [
    ["labring/postgres:1.15.1", await shipped("providers/postgres")],
    ["acme/postgres:1.0.0", await anotherPostgres()],
    ...["Lamp", "Chair"].flatMap((kind) =>
      ["acme", "labring"].map((org): [string, Files] => [
        `${org}/${kind.toLowerCase()}:1.0.0`,
        providerOf(kind),
      ]),
    ),
    ["stranger/chair:1.0.0", providerOf("Chair")],
  ];
  for (const [reference, files] of offered) {
    await makePublic(admin, reference);
    await putImage(images, reference, files);
    await allow(admin, reference, files);
  }
  for (const kind of ["Lamp", "Chair"])
    await putImage(images, `labring/uses-${kind.toLowerCase()}:1.0.0`, userOf(kind));
  const database = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: acid-shop }
spec: { teamId: acid, numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: 1Gi } }
`;
  await putImage(images, "labring/shop:1.0.0", application("shop", database));
  await stage.begin();
});

afterAll(() => stage?.close());

async function providersOf(repo: string): Promise<string[]> {
  const { items } = await admin.list<Provider>({ apiVersion: API_VERSION, kind: "Provider" });
  return items.map(({ metadata }) => metadata.name).filter((name) => name.endsWith(`.${repo}`));
}

test("the provider that an installation chooses comes along, and serves who chooses another one later", async () => {
  const [first, second] = [await makeTenant(admin, "ann"), await makeTenant(admin, "ben")];
  const kind = "postgresql.acid.zalan.do";
  await install(admin, first, "labring/shop:1.0.0", {
    providers: [{ kind, image: "acme/postgres:1.0.0" }],
  });
  await untilPhase(admin, first, "shop", "Running");
  await install(admin, second, "labring/shop:1.0.0", { providers: [{ kind, image: "labring/postgres" }] });
  await untilPhase(admin, second, "shop", "Running");
  expect(await providersOf("postgres")).toEqual(["acme.postgres"]);
});

test("the administrators' default comes along where nothing is chosen", async () => {
  const namespace = await makeTenant(admin, "cleo");
  await admin.create({
    ...{ apiVersion: "v1", kind: "ConfigMap" },
    metadata: { name: "hub-providers", namespace: "sealos-system" },
    data: { "Lamp.choice.example.com": "labring/lamp" },
  });
  await install(admin, namespace, "labring/uses-lamp:1.0.0");
  await untilPhase(admin, namespace, "uses-lamp", "Running");
  expect(await providersOf("lamp")).toEqual(["labring.lamp"]);
});

test("a choice that cannot be used fails with its field and what fits, and another one goes on", async () => {
  const namespace = await makeTenant(admin, "dora");
  const kind = "Chair.choice.example.com";
  const ref = { apiVersion: API_VERSION, kind: "Installation", namespace, name: "uses-chair" };
  await install(admin, namespace, "labring/uses-chair:1.0.0", {
    providers: [{ kind, image: "stranger/chair:1.0.0" }],
  });
  const refused = await untilPhase(admin, namespace, "uses-chair", "Failed");
  expect(refused.status).toMatchObject({ code: "input-invalid", reason: "choice-untrusted" });
  expect(refused.status?.message).toContain("spec.providers[0].image");
  expect(refused.status?.message).toContain("acme/chair:1.0.0, labring/chair:1.0.0");
  const choose = (image: string) =>
    admin.patch<Installation>(ref, { spec: { providers: [{ kind, image }] } }, { type: "merge" });
  await choose("labring/shop:1.0.0");
  await until<Installation>(admin, ref, (each) => each?.status?.reason === "choice-unfit");
  expect(await providersOf("chair")).toEqual([]);
  await choose("labring/chair");
  await untilPhase(admin, namespace, "uses-chair", "Running");
  expect(await providersOf("chair")).toEqual(["labring.chair"]);
});

test("a choice that is no kind or no image, or a kind chosen twice, is refused by the cluster", async () => {
  const namespace = await makeTenant(admin, "eve");
  const image = "labring/chair";
  const kind = "Chair.choice.example.com";
  for (const providers of [
    [{ kind: "Chair", image }],
    [{ kind, image: "https://example.com/chair" }],
    [
      { kind, image },
      { kind, image: "acme/chair" },
    ],
  ])
    await expect(install(admin, namespace, "labring/uses-chair:1.0.0", { providers })).rejects.toThrow(
      /spec\.providers/,
    );
});
