import type { Controller, World } from "./world.ts";

const LOOPBACK = [{ ip: "127.0.0.1" }];

/** Gives Ingresses and Services of type LoadBalancer their address, which is this machine's own. */
export function addresses(world: World): Controller {
  const ingresses = world.controller(world.ingresses, async (ingress) => {
    if (ingress.metadata.deletionTimestamp || ingress.status?.loadBalancer?.ingress?.length) return;
    await world.writeStatus(ingress, { ...ingress.status, loadBalancer: { ingress: LOOPBACK } });
    world.events.normal(ingress, { component: "nginx-ingress-controller" }, "Sync", "Scheduled for sync");
  });
  const services = world.controller(world.services, async (service) => {
    if (service.spec.type !== "LoadBalancer" || service.metadata.deletionTimestamp) return;
    if (service.status?.loadBalancer?.ingress?.length) return;
    world.events.normal(
      service,
      { component: "service-controller" },
      "EnsuredLoadBalancer",
      "Ensured load balancer",
    );
    await world.writeStatus(service, { ...service.status, loadBalancer: { ingress: LOOPBACK } });
  });
  return {
    async stop() {
      await Promise.all([ingresses.stop(), services.stop()]);
    },
  };
}
