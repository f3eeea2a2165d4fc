import { describe, expect, it } from "vitest";
import { act, faults, fits, type Instance, instance, refusal } from "./actions.test-support.ts";

describe("cluster-api", () => {
  const provisioned = { status: { phase: "Provisioned" } };
  const fleet = async (change?: object): Promise<Instance> => ({
    ...(await instance("cluster-api", "Cluster", change)),
    ...provisioned,
  });
  const topologyOf = ({ spec }: Instance) =>
    spec.topology as {
      version: string;
      controlPlane: object;
      workers: { machineDeployments: { name: string; replicas?: number }[] };
    };
  const pools = (...all: object[]) => ({
    spec: {
      topology: {
        workers: { machineDeployments: all.map((pool) => ({ class: "default-worker", ...pool })) },
      },
    },
  });

  it("scales one pool of workers and leaves the others as they are", async () => {
    const object = await fleet(pools({ name: "md-0", replicas: 1 }, { name: "big", replicas: 2 }));
    const grown = await act("cluster-api", object, "scale", { pool: "big", replicas: "5" });
    expect(topologyOf(grown.object).workers.machineDeployments).toMatchObject([
      { name: "md-0", replicas: 1 },
      { name: "big", replicas: 5 },
    ]);
    const bare = await fleet(pools({ name: "md-0" }));
    const none = await act("cluster-api", bare, "scale", { replicas: "0" });
    expect(topologyOf(none.object).workers.machineDeployments).toMatchObject([{ name: "md-0", replicas: 0 }]);
    const other = await refusal("cluster-api", object, "scale", { pool: "other", replicas: "1" });
    expect(other.message).toBe("choose one of its pools: md-0, big");
    expect((await refusal("cluster-api", object, "scale", { replicas: "1.5" })).message).toContain("whole");
    expect((await refusal("cluster-api", object, "scale", { replicas: "21" })).message).toContain(
      "at most 20",
    );
  });

  it("is held to a number of machines that one cluster can be made of, whoever writes it", async () => {
    expect(faults(await fleet(pools({ name: "md-0", replicas: 100 })))).toEqual([]);
    expect(faults(await fleet(pools({ name: "md-0", replicas: 1_000_000 })))).toHaveLength(1);
    const many = Array.from({ length: 21 }, (_, pool) => ({ name: `md-${pool}` }));
    expect(faults(await fleet(pools(...many)))).toHaveLength(1);
  });

  it("gives a control plane an odd number of machines", async () => {
    const object = await fleet();
    expect((await fits("cluster-api", object, "scale-control-plane")).replicas?.options).toEqual(["3", "5"]);
    const larger = await act("cluster-api", object, "scale-control-plane", { replicas: "3" });
    expect(topologyOf(larger.object).controlPlane).toEqual({ replicas: 3 });
    const even = await refusal("cluster-api", object, "scale-control-plane", { replicas: "2" });
    expect(even.message).toContain("choose one of 3, 5");
  });

  it("goes up by one minor version at a time, or to a later patch, once it is provisioned", async () => {
    const options = async (version: string) =>
      (await fits("cluster-api", await fleet({ spec: { topology: { version } } }), "update")).version
        ?.options;
    expect(await options("v1.33.1")).toEqual(["v1.33.13", "v1.34.13"]);
    expect(await options("v1.34.13")).toEqual(["v1.35.10"]);
    expect(await options("v1.35.10+vendor.1")).toEqual(["v1.36.6"]);
    expect(await options("v1.36.6")).toEqual([]);
    const object = await fleet({ spec: { topology: { version: "v1.34.13" } } });
    const raised = await act("cluster-api", object, "update", { version: "v1.35.10" });
    expect(topologyOf(raised.object).version).toBe("v1.35.10");
    const far = await refusal("cluster-api", object, "update", { version: "v1.36.6" });
    expect(far.message).toBe("version: choose one of v1.35.10.");
    const early = { ...object, status: { phase: "Provisioning" } };
    const refused = await refusal("cluster-api", early, "update", { version: "v1.35.10" });
    expect(refused.message).toBe("shop has to be provisioned first.");
  });
});
