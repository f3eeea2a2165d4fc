import { type Cluster, Informer } from "../../cluster/index.ts";
import { API_VERSION, type Provider } from "../../model/resources.ts";
import { startTenantController, type TenantControllerOptions } from "../tenants.ts";

/** The tenants' controller without the manager's others, with a watch of providers of its own. */
export function startTenants(
  cluster: Cluster,
  options: Omit<TenantControllerOptions, "providers">,
): { stop(): Promise<void> } {
  const providers = new Informer<Provider>(cluster, { apiVersion: API_VERSION, kind: "Provider" });
  const controller = startTenantController(cluster, { ...options, providers });
  providers.start();
  return {
    async stop() {
      providers.stop();
      await controller.stop();
    },
  };
}
