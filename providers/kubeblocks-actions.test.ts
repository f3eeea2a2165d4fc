import { describe, expect, it } from "vitest";
import { act, type Done, instance, refusal } from "./actions.test-support.ts";

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
});
