import { describe, expect, it } from "vitest";
import { act, fits, type Instance, instance, NOW, refusal } from "./actions.test-support.ts";

describe("mysql", () => {
  const mysql = (change?: object) => instance("mysql", "InnoDBCluster", change);
  const online = { status: { cluster: { status: "ONLINE" } } };

  it("scales servers and routers, and takes resources beside what else its pods are given", async () => {
    const object = await mysql();
    expect((await fits("mysql", object, "scale")).instances?.options).toEqual(["3", "5", "7", "9"]);
    expect((await act("mysql", object, "scale", { instances: "3" })).object.spec.instances).toBe(3);
    expect((await act("mysql", object, "routers", { routers: "0" })).object.spec.router).toEqual({
      instances: 0,
    });
    const limits = { cpu: "2", memory: "2Gi" };
    const wanted = { cpuLimit: "2", memoryLimit: "2Gi" };
    const resources = { requests: { cpu: "100m", memory: "512Mi" }, limits };
    const containers = async (podSpec: object | null) =>
      (await act("mysql", await mysql({ spec: { podSpec } }), "resources", wanted)).object.spec.podSpec;
    const mine = { name: "sidecar", env: [] };
    expect(await containers({})).toEqual({ containers: [{ name: "mysql", resources }] });
    expect(await containers(null)).toEqual({ containers: [{ name: "mysql", resources }] });
    expect(await containers({ dnsPolicy: "Default", containers: [mine] })).toEqual({
      dnsPolicy: "Default",
      containers: [{ name: "mysql", resources }, mine],
    });
    expect(await containers({ containers: [mine, { name: "mysql", env: [] }] })).toEqual({
      containers: [mine, { name: "mysql", env: [], resources }],
    });
  });

  it("grows the claims that there are, and says so in the cluster", async () => {
    const { object, others } = await act("mysql", await mysql(), "resize", { size: "5Gi" });
    const patch = { spec: { resources: { requests: { storage: "5Gi" } } } };
    const selector = { "mysql.oracle.com/cluster": "$(INSTANCE)", component: "mysqld" };
    expect(others).toEqual([
      { target: { apiVersion: "v1", kind: "PersistentVolumeClaim", selector }, patch },
    ]);
    expect(object.spec.datadirVolumeClaimTemplate).toMatchObject(patch.spec);
    expect((await refusal("mysql", object, "resize", { size: "5Gi" })).message).toContain("can only grow");
  });

  it("goes up one version at a time", async () => {
    const options = async (version: string) =>
      (await fits("mysql", await mysql({ spec: { version } }), "update")).version?.options;
    expect(await options("8.0.35")).toEqual(["8.0.44", "8.4.7"]);
    expect(await options("8.4.7")).toEqual(["9.5.0"]);
    expect(await options("9.1.0")).toEqual(["9.5.0"]);
    expect(await options("9.5.0")).toEqual([]);
    const old = await mysql({ spec: { version: "8.0.44" } });
    expect((await refusal("mysql", old, "update", { version: "9.5.0" })).message).toBe(
      "version: choose one of 8.4.7.",
    );
    expect((await act("mysql", old, "update", { version: "8.4.7" })).object.spec.version).toBe("8.4.7");
  });

  it("restarts, opens to the outside and closes", async () => {
    const object = await mysql();
    expect((await act("mysql", object, "restart")).object.spec.podAnnotations).toEqual({
      "hub.sealos.io/restarted-at": NOW,
    });
    const open = await act("mysql", object, "expose", { how: "NodePort" });
    expect(open.object.spec.service).toEqual({ type: "NodePort" });
    expect((await act("mysql", open.object, "close")).object.spec.service).toEqual({ type: "ClusterIP" });
    expect((await refusal("mysql", object, "close")).message).toContain("not open");
    const bare = await mysql({ spec: { router: { instances: 0 } } });
    expect((await refusal("mysql", bare, "expose")).message).toContain("no router");
  });

  it("is backed up now and on a schedule, and a backup becomes a cluster of no lower version", async () => {
    const object = { ...(await mysql()), ...online };
    const { created } = await act("mysql", object, "backup", { size: "1Gi" });
    const name = "shop-20261129102030";
    const storage = { persistentVolumeClaim: { claimName: name } };
    expect(created.map((each) => [each.kind, each.metadata.name])).toEqual([
      ["MySQLBackup", name],
      ["PersistentVolumeClaim", name],
    ]);
    expect(created[0]?.spec).toEqual({ clusterName: "shop", backupProfile: { dumpInstance: { storage } } });
    expect((await refusal("mysql", await mysql(), "backup")).message).toContain("has to be online");

    const backup = created[0] as Instance;
    expect((await refusal("mysql", backup, "restore", { version: "8.4.7" })).message).toContain("not begun");
    const done = { ...backup, status: { status: "Completed", output: `${name}-1` } };
    expect((await fits("mysql", done, "restore")).version?.options).toEqual(["8.4.7", "9.5.0"]);
    const newer = structuredClone(done);
    newer.metadata.annotations = { "hub.sealos.io/mysql-version": "9.5.0" };
    const lower = await refusal("mysql", newer, "restore", { name: "again", version: "8.4.7" });
    expect([lower.fields?.[0]?.field, lower.message]).toEqual(["version", "version: choose one of 9.5.0."]);
    const restored = await act("mysql", done, "restore", { name: "again", version: "8.4.7" });
    expect(restored.created.map((each) => [each.kind, each.metadata.name])).toEqual([
      ["InnoDBCluster", "again"],
      ["Secret", "again-root"],
    ]);
    expect(restored.created[0]?.spec).toMatchObject({
      secretName: "again-root",
      initDB: { dump: { path: `/${name}-1`, storage } },
    });
    expect(
      (restored.created[1] as { stringData?: { rootPassword: string } }).stringData?.rootPassword,
    ).toMatch(/^\w{20}$/);

    const weekly = { schedule: "0 3 * * 0", timeZone: "Asia/Shanghai" };
    const planned = await act("mysql", object, "backup-schedule", weekly);
    expect(planned.created.map((each) => each.metadata.name)).toEqual(["shop-backups"]);
    expect(planned.object.spec.backupSchedules).toMatchObject([
      { name: "console", enabled: true, ...weekly },
    ]);
    const moved = await act("mysql", planned.object, "backup-schedule", { schedule: "0 4 * * *" });
    expect(moved.object.spec.backupSchedules).toMatchObject([
      { schedule: "0 4 * * *", timeZone: "Asia/Shanghai" },
    ]);
    const stopped = await act("mysql", moved.object, "backup-schedule-stop");
    expect(stopped.object.spec.backupSchedules).toEqual([]);
    expect((await refusal("mysql", object, "backup-schedule", { schedule: "30 2" })).fields?.[0]?.field).toBe(
      "schedule",
    );
  });
});
