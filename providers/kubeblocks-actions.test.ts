import { describe, expect, it } from "vitest";
import { act, type Done, fits, type Instance, instance, refusal } from "./actions.test-support.ts";

describe("kubeblocks", () => {
  const kubeblocks = (change?: object) => instance("kubeblocks", "Cluster", change);
  const component = ({ object }: Done) => (object.spec.componentSpecs as Record<string, unknown>[])[0];

  it("scales, takes resources and grows one component", async () => {
    const object = await kubeblocks();
    expect(component(await act("kubeblocks", object, "scale", { replicas: "3" }))?.replicas).toBe(3);
    const larger = await act("kubeblocks", object, "resources", { cpuLimit: "2" });
    expect(component(larger)?.resources).toMatchObject({ limits: { cpu: "2", memory: "512Mi" } });
    const grown = await act("kubeblocks", object, "resize", { size: "2Gi" });
    expect(component(grown)?.volumeClaimTemplates).toMatchObject([
      { spec: { resources: { requests: { storage: "2Gi" } } } },
    ]);
    expect((await refusal("kubeblocks", object, "resize", { size: "1Gi" })).message).toBe(
      "it has 1Gi now and can only grow",
    );
    const other = await refusal("kubeblocks", object, "scale", { component: "other", replicas: "2" });
    expect(other.message).toBe("choose one of its components: postgresql");
  });

  it("stops and starts, opens to the outside and closes", async () => {
    const object = await kubeblocks();
    const stopped = await act("kubeblocks", object, "stop");
    expect(component(stopped)?.stop).toBe(true);
    expect(component(await act("kubeblocks", stopped.object, "start"))?.stop).toBe(false);
    expect((await refusal("kubeblocks", object, "start")).message).toBe("shop is not stopped.");
    const open = await act("kubeblocks", object, "expose");
    expect(open.object.spec.services).toMatchObject([
      {
        componentSelector: "postgresql",
        roleSelector: "primary",
        spec: { type: "LoadBalancer", ports: [{ port: 5432 }] },
      },
    ]);
    expect((await refusal("kubeblocks", open.object, "expose")).message).toContain("already");
    expect((await act("kubeblocks", open.object, "close")).object.spec.services).toEqual([]);
  });

  it("is backed up on a schedule, by the method of its engine", async () => {
    const object = await kubeblocks();
    const planned = await act("kubeblocks", object, "backup-schedule", { schedule: "0 18 * * *" });
    expect(planned.object.spec.backup).toEqual({
      ...{ enabled: true, cronExpression: "0 18 * * *", retentionPeriod: "7d", method: "pg-basebackup" },
    });
    const stopped = await act("kubeblocks", planned.object, "backup-schedule", { enabled: "false" });
    expect(stopped.object.spec.backup).toMatchObject({ enabled: false, method: "pg-basebackup" });
    expect((await refusal("kubeblocks", object, "backup-schedule", { enabled: "false" })).message).toContain(
      "no backup",
    );
  });

  const up = { status: { phase: "Running" } };
  const made = ({ created }: Done) => created.map(({ kind, metadata, spec }) => [kind, metadata.name, spec]);
  const stamp = "20261129102030";

  it("restarts a component, in turn, by an operation that can be followed", async () => {
    const object = await kubeblocks(up);
    const asked = { clusterName: "shop", ttlSecondsAfterSucceed: 86_400 };
    expect(made(await act("kubeblocks", object, "restart"))).toEqual([
      [
        "OpsRequest",
        `shop-restart-${stamp}`,
        { ...asked, type: "Restart", restart: [{ componentName: "postgresql" }] },
      ],
    ]);
    expect((await refusal("kubeblocks", object, "restart", { component: "other" })).message).toBe(
      "choose one of its components: postgresql",
    );
    const moving = await kubeblocks({ status: { phase: "Updating" } });
    expect((await refusal("kubeblocks", moving, "restart")).message).toBe(
      "shop has to be up to be restarted; it is Updating.",
    );
  });

  it("goes up to versions of the same major release, and to no other", async () => {
    const options = async (version: string) =>
      (await fits("kubeblocks", await kubeblocks({ spec: { clusterVersionRef: version } }), "update")).version
        ?.options;
    expect(await options("postgresql-12.14.0")).toEqual(["postgresql-12.14.1", "postgresql-12.15.0"]);
    expect(await options("postgresql-14.7.2")).toEqual(["postgresql-14.8.0"]);
    expect(await options("redis-7.0.6")).toEqual(["redis-7.2.4"]);
    for (const newest of ["postgresql-14.8.0", "postgresql-16.4.0", "mongodb-6.0", "ac-mysql-8.0.30"])
      expect(await options(newest)).toEqual([]);
    const old = await kubeblocks({ ...up, spec: { clusterVersionRef: "postgresql-12.15.0" } });
    expect(
      (await refusal("kubeblocks", old, "update", { version: "postgresql-14.8.0" })).fields,
    ).toMatchObject([{ field: "version" }]);
    const cache = await kubeblocks({ ...up, spec: { clusterVersionRef: "redis-7.0.6" } });
    expect(made(await act("kubeblocks", cache, "update", { version: "redis-7.2.4" }))).toMatchObject([
      [
        "OpsRequest",
        `shop-upgrade-${stamp}`,
        { type: "Upgrade", upgrade: { clusterVersionRef: "redis-7.2.4" } },
      ],
    ]);
  });

  it("is backed up at once, under names that fit into the operator's labels", async () => {
    const long = await kubeblocks({ ...up, metadata: { name: "a".repeat(63) } });
    const [request] = (await act("kubeblocks", long, "backup", { keep: "" })).created;
    expect(request?.metadata.name.length).toBeLessThanOrEqual(63);
    expect(request?.spec).toMatchObject({
      type: "Backup",
      backup: { backupMethod: "pg-basebackup", deletionPolicy: "Delete" },
    });
    const [kept] = (await act("kubeblocks", await kubeblocks(up), "backup")).created;
    expect(kept?.spec).toMatchObject({
      backup: { backupName: `shop-${stamp}`, retentionPeriod: "7d" },
    });
    expect((await refusal("kubeblocks", long, "backup", { keep: "soon" })).fields).toMatchObject([
      { field: "keep" },
    ]);
    expect((await refusal("kubeblocks", await kubeblocks(), "backup")).message).toContain("not made yet");
  });

  it("becomes a new cluster from a completed backup, unless that is of a newer version than there is", async () => {
    const backup = async (version: string, phase = "Completed"): Promise<Instance> => ({
      ...(await instance("kubeblocks", "Backup")),
      metadata: {
        ...{ name: "shop-1", namespace: "ns-a", labels: { "app.kubernetes.io/instance": "shop" } },
        annotations: {
          "kubeblocks.io/cluster-snapshot": JSON.stringify({ spec: { clusterVersionRef: version } }),
        },
      },
      status: { phase },
    });
    expect(made(await act("kubeblocks", await backup("postgresql-14.8.0"), "restore"))).toEqual([
      [
        "OpsRequest",
        "shop-restored-restore",
        {
          ...{ clusterName: "shop-restored", type: "Restore" },
          restore: { backupName: "shop-1", volumeRestorePolicy: "Parallel" },
        },
      ],
    ]);
    const newer = await refusal("kubeblocks", await backup("postgresql-17.2.0"), "restore");
    expect(newer.message).toContain("shop-1 is of postgresql-17.2.0, which is newer than any version here");
    for (const fine of ["milvus-2.9.0", "mongodb-4.4", "mongodb-4.4.29", ""])
      expect((await act("kubeblocks", await backup(fine), "restore")).created).toHaveLength(1);
    const begun = await refusal("kubeblocks", await backup("redis-7.0.6", "Running"), "restore");
    expect(begun.message).toBe("only a backup that is completed can be restored; shop-1 is Running.");
    const bare = { ...(await backup("redis-7.0.6")), metadata: { name: "shop-1" } };
    expect((await refusal("kubeblocks", bare, "restore")).message).toContain("does not say what cluster");
    const wrong = await refusal("kubeblocks", await backup("redis-7.0.6"), "restore", { name: "No" });
    expect(wrong.fields).toMatchObject([{ field: "name" }]);
  });
});
