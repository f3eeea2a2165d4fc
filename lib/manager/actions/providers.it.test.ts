import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../cluster/index.ts";
import { valueAt } from "../../install/paths.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import { install, makeTenant, putImage, shipped, until, untilPhase } from "../testing/cluster.ts";
import { openStage, type Stage } from "../testing/stage.ts";

/** Actions of the shipped providers, on a cluster where their operators react. */
const SLOW_MS = 60_000;
let stage: Stage;
let admin: Cluster;
let ns: string;
let number = 0;

type Custom = KubernetesObject & {
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
};
type Instance = { apiVersion: string; kind: string; name: string };

const mysql = (name: string) => ({ apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster", name });
const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql", name: "acid-shop" };
const redis = { apiVersion: "redis.redis.opstreelabs.in/v1beta2", kind: "Redis", name: "cache" };
const kubeblocks = { apiVersion: "apps.kubeblocks.io/v1alpha1", kind: "Cluster", name: "data" };

const find = (apiVersion: string, kind: string, name: string) =>
  admin.find<Custom>({ apiVersion, kind, namespace: ns, name });

const reaches = (type: { apiVersion: string; kind: string }, name: string, is: (found?: Custom) => boolean) =>
  until<Custom>(admin, { ...type, namespace: ns, name }, is, SLOW_MS);

const isOnline = (found?: Custom) =>
  (found?.status?.cluster as { status?: string } | undefined)?.status === "ONLINE";

/** Runs an action as `kubectl create` would, and waits for its end. */
async function act(instance: Instance, action: string, inputs: Record<string, string> = {}) {
  number++;
  const name = `run-${number}`;
  await admin.create<ActionRun>({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name, namespace: ns },
    spec: { instance, action, inputs },
  } as ActionRun);
  const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace: ns, name };
  const run = await until<ActionRun>(admin, reference, (each) => each?.status?.finishedAt !== undefined);
  return run?.status ?? {};
}

beforeAll(async () => {
  stage = await openStage();
  admin = stage.admin;
  const providers = ["postgres", "mysql", "redis", "kubeblocks"];
  for (const name of providers)
    await putImage(stage.images, `labring/${name}:1.0.0`, await shipped(`providers/${name}`));
  await putImage(stage.images, "labring/my-redisinsight:latest", await shipped("images/my-redisinsight"));
  await stage.begin();
  ns = await makeTenant(admin, "alice");
  for (const name of providers) await install(admin, ns, `labring/${name}:1.0.0`);
  for (const name of providers) await untilPhase(admin, ns, name, "Running", SLOW_MS);
  const secret = (name: string, stringData: Record<string, string>) =>
    admin.create({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: ns }, stringData });
  await secret("shop-root", { rootUser: "root", rootHost: "%", rootPassword: "first" });
  await secret("cache-password", { password: "first-password" });
  const make = ({ name, ...type }: Instance, spec: object) =>
    admin.create({ ...type, metadata: { name, namespace: ns }, spec });
  await make(postgresql, {
    ...{ teamId: "acid", numberOfInstances: 1, volume: { size: "1Gi" }, postgresql: { version: "16" } },
  });
  await make(mysql("shop"), {
    ...{ secretName: "shop-root", tlsUseSelfSigned: true, instances: 1, version: "8.0.44" },
    router: { instances: 1 },
    datadirVolumeClaimTemplate: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
    },
  });
  await make(redis, {
    kubernetesConfig: {
      image: "quay.io/opstree/redis:v7.0.15",
      redisSecret: { name: "cache-password", key: "password" },
    },
  });
  const data = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  await make(kubeblocks, {
    ...{
      clusterDefinitionRef: "postgresql",
      clusterVersionRef: "postgresql-14.7.2",
      terminationPolicy: "Delete",
    },
    componentSpecs: [
      {
        ...{ name: "postgresql", componentDefRef: "postgresql", replicas: 1 },
        volumeClaimTemplates: [{ name: "data", spec: data }],
      },
    ],
  });
});

afterAll(() => stage?.close());

describe("MySQL", () => {
  test("is backed up, and the backup becomes a cluster with a password of its own", async () => {
    await reaches(mysql(""), "shop", isOnline);
    const backup = await act(mysql("shop"), "backup", { size: "1Gi" });
    expect(backup.phase).toBe("Succeeded");
    const name = /MySQLBackup "([^"]+)" is created/.exec(backup.output ?? "")?.[1] ?? "";
    const type = { apiVersion: "mysql.oracle.com/v2", kind: "MySQLBackup" };
    const done = await reaches(type, name, (found) => found?.status?.status === "Completed");
    expect(done?.status).toMatchObject({ method: "dump-instance/volume", size: expect.any(String) });
    const claim = await find("v1", "PersistentVolumeClaim", name);
    expect(claim?.metadata.ownerReferences?.[0]).toMatchObject({ kind: "MySQLBackup", name });

    const restored = await act({ ...type, name }, "restore", {
      name: "shop-two",
      version: "8.4.7",
      size: "1Gi",
    });
    expect(restored.phase).toBe("Succeeded");
    const created = await reaches(mysql(""), "shop-two", isOnline);
    const secret = await find("v1", "Secret", "shop-two-root");
    expect(secret?.metadata.ownerReferences?.[0]?.uid).toBe(created?.metadata.uid);
    expect(created?.spec.initDB).toMatchObject({ dump: { path: `/${done?.status?.output}` } });
    const password = Buffer.from(secret?.data?.rootPassword ?? "", "base64").toString();
    expect(password).toMatch(/^\w{20}$/);
    expect(JSON.stringify(restored)).not.toContain(password);
    const again = await act({ ...type, name }, "restore", {
      name: "shop-two",
      version: "8.4.7",
      size: "1Gi",
    });
    expect(again.conditions?.[0]).toMatchObject({
      reason: "Refused",
      message: expect.stringContaining("exists already"),
    });
  });

  test("is never said to have run SQL where nodes run nothing, and its Secret is not changed then", async () => {
    await reaches(mysql(""), "shop", isOnline);
    const rotated = await act(mysql("shop"), "rotate-password", { user: "root" });
    expect(rotated).toMatchObject({
      phase: "Failed",
      conditions: [{ reason: "Unsupported", message: expect.stringMatching(/^Nothing was run/) }],
    });
    const secret = await find("v1", "Secret", "shop-root");
    expect(secret?.data?.rootPassword).toBe(btoa("first"));
  });

  test("grows its volumes, restarts and goes up by one version", async () => {
    await reaches(mysql(""), "shop", isOnline);
    expect(await act(mysql("shop"), "resize", { size: "2Gi" })).toMatchObject({ phase: "Succeeded" });
    expect((await find("v1", "PersistentVolumeClaim", "datadir-shop-0"))?.spec.resources).toMatchObject({
      requests: { storage: "2Gi" },
    });
    const skipped = await act(mysql("shop"), "update", { version: "9.5.0" });
    expect(skipped.conditions?.[0]).toMatchObject({
      reason: "InputInvalid",
      message: "version: choose one of 8.4.7.",
    });
    expect((await act(mysql("shop"), "update", { version: "8.4.7" })).phase).toBe("Succeeded");
    expect((await act(mysql("shop"), "restart")).phase).toBe("Succeeded");
    const template = (found?: Custom) =>
      found?.spec.template as
        | { metadata: { annotations?: Record<string, string> }; spec: { containers: { image: string }[] } }
        | undefined;
    await reaches({ apiVersion: "apps/v1", kind: "StatefulSet" }, "shop", (found) => {
      const { metadata, spec } = template(found) ?? {};
      return Boolean(
        metadata?.annotations?.["hub.sealos.io/restarted-at"] &&
          spec?.containers.some(({ image }) => image.endsWith("community-server:8.4.7")),
      );
    });
    await reaches(mysql(""), "shop", isOnline);
  });

  test("makes a job for its schedule, and takes it away again", async () => {
    await reaches(mysql(""), "shop", isOnline);
    expect((await act(mysql("shop"), "backup-schedule", { schedule: "0 3 * * 0" })).phase).toBe("Succeeded");
    const job = await reaches({ apiVersion: "batch/v1", kind: "CronJob" }, "shop-console-cb", Boolean);
    expect(job?.spec).toMatchObject({ schedule: "0 3 * * 0", timeZone: "Etc/UTC", suspend: false });
    expect((await act(mysql("shop"), "backup-schedule-stop")).phase).toBe("Succeeded");
    await reaches({ apiVersion: "batch/v1", kind: "CronJob" }, "shop-console-cb", (found) => !found);
    const second = await act(mysql("shop"), "backup-schedule", { schedule: "0 4 * * 0" });
    expect(second.output).toContain('"shop-backups" is there already.');
  });
});

test("Redis gets a new password that no record shows, and restarts with it", async () => {
  const set = { apiVersion: "apps/v1", kind: "StatefulSet" };
  await reaches(set, "cache", (found) => found?.status?.readyReplicas === 1);
  const rotated = await act(redis, "rotate-password");
  expect(rotated).toMatchObject({
    phase: "Succeeded",
    output: 'Secret "cache-password" is patched.\nStatefulSet "cache" is patched.',
  });
  const secret = await find("v1", "Secret", "cache-password");
  const password = Buffer.from(secret?.data?.password ?? "", "base64").toString();
  expect(password).toMatch(/^\w{20}$/);
  await reaches(
    set,
    "cache",
    (found) =>
      found?.metadata.generation === found?.status?.observedGeneration &&
      found?.status?.updatedReplicas === 1 &&
      found.status.currentRevision === found.status.updateRevision,
  );
});

test("Redis gets a client of its own, once, and one that the Hub does not have is refused in a sentence", async () => {
  const name = "cache-redisinsight";
  const first = await act(redis, "redisinsight");
  expect(first).toMatchObject({ phase: "Succeeded", installed: name });
  await untilPhase(admin, ns, name, "Running", SLOW_MS);
  expect((await find("app.sealos.io/v1", "App", name))?.spec).toMatchObject({
    ...{ name: "Redis Insight · cache", type: "link", data: { url: expect.stringMatching(/^https?:/) } },
  });
  expect((await find(API_VERSION, "Installation", name))?.status).toMatchObject({
    title: "Redis Insight · cache",
  });
  const again = await act(redis, "redisinsight");
  expect(again).toMatchObject({ phase: "Succeeded", installed: name });
  expect(again.output).toBe(`Installation "${name}" is there already.`);
  const absent = await act(mysql("shop"), "phpmyadmin");
  expect(absent.conditions?.[0]).toMatchObject({
    reason: "ImageUnknown",
    message: "The Hub has no image labring/my-phpmyadmin.",
  });
  expect(await find(API_VERSION, "Installation", "shop-phpmyadmin")).toBeUndefined();
});

test("a KubeBlocks database is opened to the outside and closed", async () => {
  await reaches(kubeblocks, kubeblocks.name, (found) => found?.status?.phase === "Running");
  expect((await act(kubeblocks, "expose", { how: "NodePort" })).phase).toBe("Succeeded");
  const service = { apiVersion: "v1", kind: "Service" };
  const opened = await reaches(service, "data-outside", Boolean);
  expect(opened?.spec).toMatchObject({
    type: "NodePort",
    selector: { "apps.kubeblocks.io/component-name": "postgresql", "kubeblocks.io/role": "primary" },
  });
  expect((await act(kubeblocks, "close")).phase).toBe("Succeeded");
  await reaches(service, "data-outside", (found) => !found);
});

test("a KubeBlocks database restarts, goes up a version and is backed up, and the backup becomes another", async () => {
  const runs = (found?: Custom) => found?.status?.phase === "Running";
  const request = { apiVersion: "apps.kubeblocks.io/v1alpha1", kind: "OpsRequest" };
  const operated = async (instance: Instance, action: string, inputs: Record<string, string> = {}) => {
    const run = await act(instance, action, inputs);
    expect(run.phase, run.conditions?.[0]?.message).toBe("Succeeded");
    const name = /OpsRequest "([^"]+)" is created/.exec(run.output ?? "")?.[1] ?? "";
    return reaches(request, name, (found) => /Succeed|Failed/.test(String(found?.status?.phase)));
  };
  await reaches(kubeblocks, kubeblocks.name, runs);
  const restarted = await operated(kubeblocks, "restart");
  expect(restarted).toMatchObject({
    metadata: { ownerReferences: [{ kind: "Cluster", name: "data" }] },
    status: { phase: "Succeed", progress: "1/1" },
  });
  const conditions = restarted?.status?.conditions as { type: string }[];
  expect(conditions.map(({ type }) => type)).toEqual([
    ...["WaitForProgressing", "Validated", "Restarting", "Succeed"],
  ]);
  const set = await find("apps/v1", "StatefulSet", "data-postgresql");
  expect(JSON.stringify(set?.spec)).toContain("kubeblocks.io/restart");
  await operated(kubeblocks, "update", { version: "postgresql-14.8.0" });
  const updated = await reaches(kubeblocks, kubeblocks.name, runs);
  expect(updated?.spec.clusterVersionRef).toBe("postgresql-14.8.0");

  const type = { apiVersion: "dataprotection.kubeblocks.io/v1alpha1", kind: "Backup" };
  const asked = await operated(kubeblocks, "backup", { keep: "7d" });
  const name = String(valueAt(asked, "spec.backup.backupName"));
  const backup = await find(type.apiVersion, type.kind, name);
  expect(backup?.status).toMatchObject({
    ...{ phase: "Completed", totalSize: expect.stringMatching(/^\d+$/), expiration: expect.any(String) },
  });
  const restored = await operated({ ...type, name }, "restore", { name: "data-two" });
  expect(restored?.status?.phase).toBe("Succeed");
  const made = await reaches(kubeblocks, "data-two", runs);
  expect(made?.spec.clusterVersionRef).toBe("postgresql-14.8.0");
  expect(made?.metadata.annotations?.["kubeblocks.io/restore-from-backup"]).toContain(name);
  const refused = await operated({ ...kubeblocks, name: "data-two" }, "backup", { method: "magic" });
  expect(refused?.status?.phase).toBe("Failed");
  const again = await act({ ...type, name }, "restore", { name: "data-two" });
  expect(again.conditions?.[0]).toMatchObject({
    reason: "Refused",
    message: expect.stringContaining("exists already"),
  });
});

test("PostgreSQL restarts, opens, is backed up and copied as its operator offers it", async () => {
  const done = async (action: string, inputs: Record<string, string> = {}) =>
    expect(await act(postgresql, action, inputs)).toMatchObject({ phase: "Succeeded" });
  const runs = (found?: Custom) => found?.status?.PostgresClusterStatus === "Running";
  await reaches(postgresql, postgresql.name, runs);
  await done("restart");
  const set = { apiVersion: "apps/v1", kind: "StatefulSet" };
  await reaches(set, postgresql.name, (found) => JSON.stringify(found?.spec ?? {}).includes("RESTARTED_AT"));
  const lacking = await act(postgresql, "expose", { how: "LoadBalancer", from: "203.0.113.0/24" });
  expect(lacking.conditions?.[0]).toMatchObject({
    reason: "InputInvalid",
    message: expect.stringContaining("no room for a load balancer"),
  });
  const service = { apiVersion: "v1", kind: "Service" };
  await done("expose", { how: "NodePort" });
  await reaches(service, postgresql.name, (found) => found?.spec.type === "NodePort");
  await done("close");
  await reaches(service, postgresql.name, (found) => found?.spec.type === "ClusterIP");
  await reaches(postgresql, postgresql.name, runs);
  await done("clone", { name: "acid-copy" });
  await reaches(postgresql, "acid-copy", runs);
});

test("PostgreSQL is backed up by the job of its schedule, whenever somebody wants to", async () => {
  const cronJob = { apiVersion: "batch/v1", kind: "CronJob" };
  const planned = (schedule?: string) =>
    reaches(cronJob, "logical-backup-acid-shop", (found) => found?.spec.schedule === schedule);
  const runs = (found?: Custom) => found?.status?.PostgresClusterStatus === "Running";
  await reaches(postgresql, postgresql.name, runs);
  expect((await act(postgresql, "backup")).conditions?.[0]).toMatchObject({
    reason: "InputInvalid",
    message: expect.stringContaining("Set one first"),
  });
  await act(postgresql, "backup-schedule", { schedule: "0 3 * * 0" });
  await planned("0 3 * * 0");
  // No administrator has set a bucket yet.
  const failed = await act(postgresql, "backup");
  expect(failed).toMatchObject({ phase: "Failed", output: expect.stringContaining("+ dump") });
  expect(failed.conditions?.[0]).toMatchObject({
    reason: "CommandFailed",
    message: expect.stringContaining("no bucket is set"),
  });
  const configuration = {
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: "postgres-operator",
    name: "postgres-operator",
  };
  await admin.patch(configuration, { data: { logical_backup_s3_bucket: "dumps" } }, { type: "merge" });
  await act(postgresql, "backup-schedule", { schedule: "0 4 * * 0" });
  await planned("0 4 * * 0");
  const made = await act(postgresql, "backup");
  expect(made).toMatchObject({
    phase: "Succeeded",
    output: expect.stringContaining("s3://dumps/spilo/acid-shop/"),
  });
  const { items } = await admin.list<Custom>({ apiVersion: "batch/v1", kind: "Job", namespace: ns });
  const own = items.filter(({ metadata }) => metadata.name.startsWith("acid-shop-backup-"));
  expect(own.map(({ status }) => [status?.succeeded ?? 0, status?.failed ?? 0]).sort()).toEqual([
    [0, 1],
    [1, 0],
  ]);
  for (const { metadata } of own)
    expect(metadata.ownerReferences).toMatchObject([{ kind: "CronJob", name: "logical-backup-acid-shop" }]);
  await act(postgresql, "backup-schedule", { enabled: "false" });
  await planned(undefined);
  for (const { metadata } of own)
    await reaches({ apiVersion: "batch/v1", kind: "Job" }, metadata.name, (found) => !found);
});

test("a run cannot be changed once it is asked for, but for being cancelled, which stays", async () => {
  await act(kubeblocks, "scale", { replicas: "1" });
  const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace: ns, name: `run-${number}` };
  const change = (spec: object) => admin.patch(reference, { spec }, { type: "merge" });
  for (const changed of [{ inputs: { replicas: "9" } }, { action: "resize" }, { ttlSecondsAfterFinished: 1 }])
    await expect(change(changed)).rejects.toMatchObject({ status: 422 });
  await change({ cancelled: true });
  await expect(change({ cancelled: false })).rejects.toMatchObject({ status: 422 });
  expect((await admin.get<ActionRun>(reference)).status?.phase).toBe("Succeeded");
});
