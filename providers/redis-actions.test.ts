import { describe, expect, it } from "vitest";
import { act, fits, instance, NOW, refusal } from "./actions.test-support.ts";

describe.each(["Redis", "RedisReplication"])("redis: %s", (kind) => {
  const redis = (change?: object) => instance("redis", kind, change);
  const statefulSet = { apiVersion: "apps/v1", kind: "StatefulSet", name: "$(INSTANCE)" };
  const mark = { "kubectl.kubernetes.io/restartedAt": NOW };
  const restarted = { spec: { template: { metadata: { annotations: mark } } } };

  it("takes resources and grows, and goes up in versions within its own registry", async () => {
    const object = await redis();
    const wanted = { cpuLimit: "1500m", memoryLimit: "1Gi" };
    const larger = await act("redis", object, "resources", wanted);
    expect(larger.object.spec.kubernetesConfig).toMatchObject({
      resources: { limits: { cpu: "1500m", memory: "1Gi" } },
    });
    const grown = await act("redis", object, "resize", { size: "3Gi" });
    expect(grown.object.spec.storage).toMatchObject({
      volumeClaimTemplate: { spec: { resources: { requests: { storage: "3Gi" } } } },
    });
    expect((await refusal("redis", object, "resize", { size: "1Gi" })).message).toContain("can only grow");
    const mirrored = await redis({
      spec: { kubernetesConfig: { image: "registry.test:5000/opstree/redis:v6.2.19" } },
    });
    expect((await fits("redis", mirrored, "update")).version?.options).toEqual(["7.0.15", "7.2.7"]);
    const updated = await act("redis", mirrored, "update", { version: "7.2.7" });
    expect(updated.object.spec.kubernetesConfig).toMatchObject({
      image: "registry.test:5000/opstree/redis:v7.2.7",
    });
    expect((await refusal("redis", object, "update", { version: "6.2.19" })).message).toBe(
      "version: choose one of 7.2.7.",
    );
    const memory = await redis({ spec: { storage: null } });
    expect((await refusal("redis", memory, "resize", { size: "3Gi" })).message).toContain("memory only");
  });

  it("restarts as kubectl does it, and with a new password", async () => {
    const object = await redis();
    expect((await act("redis", object, "restart")).others).toEqual([
      { target: statefulSet, patch: restarted },
    ]);
    const [secret, workload] = (await act("redis", object, "rotate-password")).others;
    expect(secret?.target).toMatchObject({ kind: "Secret" });
    const [operation] = (secret?.patch ?? []) as { op: string; path: string; value: string }[];
    expect(operation).toMatchObject({ op: "add", path: "/data/password" });
    expect(Buffer.from(operation?.value ?? "", "base64").toString()).toMatch(/^\w{20}$/);
    expect(workload).toEqual({ target: statefulSet, patch: restarted });
  });

  it("opens to the outside only with a password, and closes", async () => {
    const object = await redis();
    const open = await act("redis", object, "expose", { how: "LoadBalancer" });
    expect(open.object.spec.kubernetesConfig).toMatchObject({ service: { serviceType: "LoadBalancer" } });
    const closed = await act("redis", open.object, "close");
    expect(closed.object.spec.kubernetesConfig).toMatchObject({ service: { serviceType: "ClusterIP" } });
    const bare = await redis({ spec: { kubernetesConfig: { redisSecret: null } } });
    for (const name of ["expose", "rotate-password"])
      expect((await refusal("redis", bare, name)).message).toContain("no password");
  });
});

it("redis with replicas scales", async () => {
  const object = await instance("redis", "RedisReplication");
  expect((await act("redis", object, "scale", { servers: "5" })).object.spec.clusterSize).toBe(5);
  expect((await refusal("redis", object, "scale", { servers: "1" })).message).toBe("servers: at least 2.");
});
