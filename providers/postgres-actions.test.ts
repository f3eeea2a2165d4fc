import { describe, expect, it } from "vitest";
import { expand } from "../lib/images/expand.ts";
import { act, contentOf, fits, instance, NOW, refusal } from "./actions.test-support.ts";

describe("postgres", () => {
  const postgres = (change?: object) => instance("postgres", "postgresql", change);
  const users = { spec: { users: { app: [], shop: ["createdb"] }, databases: { app: "app" } } };

  it("scales, takes resources and grows", async () => {
    const object = await postgres();
    expect((await act("postgres", object, "scale", { instances: "3" })).object.spec.numberOfInstances).toBe(
      3,
    );
    const wanted = { cpuLimit: "2", memoryLimit: "1Gi" };
    expect((await act("postgres", object, "resources", wanted)).object.spec.resources).toEqual({
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "2", memory: "1Gi" },
    });
    expect((await act("postgres", object, "resize", { size: "2Gi" })).object.spec.volume).toEqual({
      size: "2Gi",
    });
  });

  it("stops, and starts as many instances as there were", async () => {
    const stopped = await act("postgres", await postgres({ spec: { numberOfInstances: 3 } }), "stop");
    expect(stopped.object.spec.numberOfInstances).toBe(0);
    expect((await refusal("postgres", stopped.object, "stop")).message).toBe("shop is stopped already.");
    const scaled = await refusal("postgres", stopped.object, "scale", { instances: "2" });
    expect(scaled.message).toBe("shop is stopped; start it first.");
    const started = await act("postgres", stopped.object, "start");
    expect(started.object.spec.numberOfInstances).toBe(3);
    expect(started.object.metadata.annotations).not.toHaveProperty("hub.sealos.io/stopped-instances");
    expect((await refusal("postgres", started.object, "start")).message).toBe("shop is not stopped.");
    const emptied = await postgres({ spec: { numberOfInstances: 0 } });
    expect((await act("postgres", emptied, "start")).object.spec.numberOfInstances).toBe(1);
  });

  it("holds what it is given to its limits", async () => {
    const object = await postgres({ spec: { volume: { size: "10Gi" }, postgresql: { version: "16" } } });
    const cases: [string, Record<string, string>, string][] = [
      ["scale", { instances: "0" }, "instances: at least 1."],
      ["scale", { instances: "10" }, "instances: at most 9."],
      ["scale", { instances: "1.5" }, "write a whole number"],
      ["resize", { size: "10Gi" }, "size: it has 10Gi now and can only grow."],
      ["resize", { size: "9999Mi" }, "size: it has 10Gi now and can only grow."],
      ["resize", { size: "lots" }, "size: this is not an amount, such as 10Gi or 500m."],
      ["resources", { memoryLimit: "100Mi" }, "memoryLimit: at least 250Mi."],
      [
        "resources",
        { cpuRequest: "1", cpuLimit: "500m" },
        "what is guaranteed cannot be more than what is allowed, 500m",
      ],
      ["update", { version: "15" }, "version: choose one of 17, 18, latest."],
    ];
    for (const [name, inputs, message] of cases)
      expect((await refusal("postgres", object, name, inputs)).message).toBe(message);
  });

  it("shows the versions above its own, and takes the newest for latest", async () => {
    const object = await postgres({ spec: { postgresql: { version: "16" } } });
    expect((await fits("postgres", object, "update")).version?.options).toEqual(["17", "18", "latest"]);
    const { object: newest } = await act("postgres", object, "update", { version: "latest" });
    expect(newest.spec.postgresql).toEqual({ version: "18" });
    expect((await refusal("postgres", newest, "update", { version: "18" })).message).toBe(
      "version: nothing can be chosen here now.",
    );
  });

  it("restarts by its environment, again and again, and keeps what is there", async () => {
    const mark = { name: "RESTARTED_AT", value: NOW };
    const first = await act("postgres", await postgres(), "restart");
    expect(first.object.spec.env).toEqual([mark]);
    const own = { name: "TZ", value: "UTC" };
    const second = await act("postgres", await postgres({ spec: { env: [own] } }), "restart");
    expect(second.object.spec.env).toEqual([own, mark]);
    const stale = await postgres({ spec: { env: [own, { ...mark, value: "before" }] } });
    expect((await act("postgres", stale, "restart")).object.spec.env).toEqual([own, mark]);
  });

  it("makes users and databases, each once", async () => {
    const object = await postgres(users);
    const made = await act("postgres", object, "create-user", { user: "report", role: "createrole" });
    expect(made.object.spec.users).toEqual({ app: [], shop: ["createdb"], report: ["createrole"] });
    const bare = await postgres({ spec: { users: null, databases: null } });
    expect((await act("postgres", bare, "create-user", { user: "report" })).object.spec.users).toEqual({
      report: [],
    });
    const stocked = await act("postgres", object, "create-database", { database: "stock", owner: "shop" });
    expect(stocked.object.spec.databases).toEqual({ app: "app", stock: "shop" });
    for (const user of ["app", "postgres", "a/b", "a~1b", "App", 'a"', "$(id)", "a\nb"])
      expect((await refusal("postgres", object, "create-user", { user })).fields?.[0]?.field).toBe("user");
    const nobody = await refusal("postgres", object, "create-database", {
      database: "stock",
      owner: "nobody",
    });
    expect(nobody.message).toBe("choose one of its users: app, shop");
    expect(nobody.params?.["text-zh"]).toBe("请选择已有用户：app、shop");
  });

  it("rotates the password of a user that it has", async () => {
    const object = await postgres(users);
    const { object: after } = await act("postgres", object, "rotate-password", { user: "shop" });
    expect(after.spec.usersWithInPlaceSecretRotation).toEqual(["shop"]);
    const again = await act("postgres", after, "rotate-password", { user: "app" });
    expect(again.object.spec.usersWithInPlaceSecretRotation).toEqual(["shop", "app"]);
    expect((await refusal("postgres", after, "rotate-password", { user: "shop" })).message).toContain(
      "already",
    );
  });

  it("opens to the outside, only to whom it is told, and closes again", async () => {
    const object = await postgres();
    const open = await act("postgres", object, "expose", { how: "LoadBalancer", from: "203.0.113.0/24" });
    expect(open.object.spec).toMatchObject({
      enableMasterLoadBalancer: true,
      enableMasterNodePort: false,
      allowedSourceRanges: ["203.0.113.0/24"],
    });
    const port = await act("postgres", object, "expose", { how: "NodePort" });
    expect(port.object.spec).toMatchObject({ enableMasterLoadBalancer: false, enableMasterNodePort: true });
    expect(port.object.spec).not.toHaveProperty("allowedSourceRanges");
    const closed = await act("postgres", open.object, "close");
    expect(closed.object.spec).toMatchObject({
      enableMasterLoadBalancer: false,
      enableMasterNodePort: false,
    });
    expect((await refusal("postgres", closed.object, "close")).message).toBe(
      "shop is not open to the outside.",
    );
    for (const from of ["everybody", "300.0.0.0/8", "10.0.0.0/8, 1.2.3.4/32"])
      expect((await refusal("postgres", object, "expose", { how: "LoadBalancer", from })).message).toContain(
        "network",
      );
    expect((await refusal("postgres", object, "expose", { how: "LoadBalancer" })).code).toBe("input-missing");
  });

  it("is backed up now by the job of its schedule, and told to have one first", async () => {
    const name = `shop-${"x".repeat(44)}`;
    const object = await postgres({
      ...{ metadata: { name }, spec: { enableLogicalBackup: true } },
      status: { PostgresClusterStatus: "Running" },
    });
    const pod = {
      spec: { containers: [{ name: "logical-backup", env: [{ name: "A", value: "${{ 1 }}" }] }] },
    };
    const cronJob = {
      ...{ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "logical-backup-shop", uid: "u-1" } },
      spec: {
        jobTemplate: { metadata: { annotations: { a: "b" } }, spec: { backoffLimit: 6, template: pod } },
      },
    };
    const { created } = await act("postgres", object, "backup", {}, cronJob);
    expect(created).toEqual([
      {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: {
          name: `${name.slice(0, 40)}-backup-20261129102030`,
          annotations: { a: "b", "cronjob.kubernetes.io/instantiate": "manual" },
          ownerReferences: [
            {
              ...{ apiVersion: "batch/v1", kind: "CronJob", name: "logical-backup-shop", uid: "u-1" },
              controller: true,
            },
          ],
        },
        spec: { backoffLimit: 0, template: pod },
      },
    ]);
    const action = contentOf("postgres").actions.find((each) => each.name === "backup");
    const from = action?.create?.[0]?.from;
    const cut = await expand(from?.name ?? "", { INSTANCE: name });
    expect([from?.kind, cut]).toEqual(["CronJob", `logical-backup-shop-${"x".repeat(32)}`]);
    const { message } = await refusal("postgres", await postgres({ status: object.status }), "backup");
    expect(message).toBe(
      'shop has no schedule yet, whose job a backup is. Set one first, with "Back up on a schedule".',
    );
  });

  it("is backed up on a schedule, and copied while it runs", async () => {
    const object = await postgres();
    const planned = await act("postgres", object, "backup-schedule", { schedule: "0 3 * * 0" });
    expect(planned.object.spec).toMatchObject({
      enableLogicalBackup: true,
      logicalBackupSchedule: "0 3 * * 0",
    });
    const stopped = await act("postgres", planned.object, "backup-schedule", { enabled: "false" });
    expect(stopped.object.spec.enableLogicalBackup).toBe(false);
    for (const schedule of ["nightly", "61 2 * * *", "0 0 * * 7"])
      expect((await refusal("postgres", object, "backup-schedule", { schedule })).fields).toMatchObject([
        { field: "schedule" },
      ]);
    const running = { ...object, status: { PostgresClusterStatus: "Running" } };
    const { created } = await act("postgres", running, "clone", { name: "shop-two" });
    expect(created).toHaveLength(1);
    expect(created[0]).toMatchObject({
      metadata: { name: "shop-two" },
      spec: {
        clone: { cluster: "shop" },
        numberOfInstances: 1,
        postgresql: { version: "17" },
        volume: { size: "1Gi" },
      },
    });
    expect((await refusal("postgres", object, "clone", { name: "shop-two" })).message).toContain(
      "has to run",
    );
  });
});
