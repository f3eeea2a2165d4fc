import { isAlreadyExists, isNotFound } from "../../lib/cluster/index.ts";
import type { Controller, World } from "./world.ts";

const RENEW_MS = 10_000;
const LEASE_SECONDS = 40;

/** Renews the simulated nodes' Leases: a control plane that hears nothing from a node takes its pods away. */
export function heartbeats(world: World): Controller {
  const renew = async (name: string) => {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: "kube-node-lease" },
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: LEASE_SECONDS,
        renewTime: new Date().toISOString().replace("Z", "000Z"),
      },
    };
    const ref = { apiVersion: lease.apiVersion, kind: lease.kind, ...lease.metadata };
    try {
      await world.cluster.patch(ref, { spec: lease.spec }, { type: "merge" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await world.cluster.create(lease).catch((failure: unknown) => {
        if (!isAlreadyExists(failure)) throw failure;
      });
    }
  };
  const beat = () => {
    for (const { metadata } of world.nodes.list())
      if (metadata.labels?.["sandbox.sealos.io/simulated"])
        renew(metadata.name).catch((error: unknown) => world.onError(error));
  };
  const timer = setInterval(beat, RENEW_MS);
  void world.ready.then(beat);
  return {
    async stop() {
      clearInterval(timer);
    },
  };
}
