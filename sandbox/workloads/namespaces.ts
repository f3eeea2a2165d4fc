import { isAlreadyExists } from "../../lib/cluster/index.ts";
import { isTermination } from "./pod-control.ts";
import { type Controller, keyOf, type World } from "./world.ts";

const ROOT_CERTIFICATE = "kube-root-ca.crt";

/** Puts the `default` ServiceAccount and the root certificate into every namespace. */
export function namespaces(world: World): Controller {
  return world.controller(
    world.namespaces,
    async ({ metadata }) => {
      const namespace = metadata.name;
      if (metadata.deletionTimestamp) return;
      const missing = [];
      if (!world.accounts.get(namespace, "default")) {
        missing.push({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } });
      }
      if (!world.configMaps.get(namespace, ROOT_CERTIFICATE)) {
        const note = "# The sandbox speaks plain HTTP: there is no certificate authority.\n";
        missing.push({
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: ROOT_CERTIFICATE, namespace },
          data: { "ca.crt": note },
        });
      }
      for (const object of missing) {
        await world.cluster.create(object).catch((error: unknown) => {
          if (!isAlreadyExists(error) && !isTermination(error)) throw error;
        });
      }
    },
    (add) => {
      for (const informer of [world.accounts, world.configMaps]) {
        informer.subscribe(({ type, object }) => {
          if (type === "deleted")
            add(keyOf({ ...object, metadata: { name: object.metadata.namespace ?? "" } }));
        });
      }
    },
  );
}
