import { planInstall } from "../install/plan.ts";
import { Offers } from "../install/resolve.ts";
import { hostsOf, readTenantRules } from "../install/tenant-rules.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Plan } from "../model/plan.ts";
import type { Provider } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { resolveImage } from "./installations.ts";

const offersOf = new WeakMap<Hub, Offers>();

/** What installing would do, computed as the member by the manager's own code. Nothing is written. */
export async function plan(
  hub: Hub,
  uid: string,
  namespace: string,
  wanted: { image: string; inputs: Record<string, string>; name?: string },
): Promise<Plan> {
  const member = hub.members.clusterOf(uid, namespace);
  // Through the catalogue, which knows who may see a private repository.
  const { card, tag } = await resolveImage(hub, uid, wanted.image);
  const offers = offersOf.get(hub) ?? new Offers(hub.content);
  offersOf.set(hub, offers);
  const { url, cloudDomain, cloudPort, cloudScheme, certSecretName } = hub.config;
  const ingresses = hub.informers.of<KubernetesObject>({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
  });
  return planInstall(
    { ...wanted, namespace, image: `${card.org}/${card.repo}:${tag}` },
    {
      cluster: member,
      images: hub.content,
      offers,
      provider: (name) => hub.informers.hub<Provider>("Provider").get(undefined, name),
      cloud: { domain: cloudDomain, port: cloudPort, scheme: cloudScheme, certSecretName },
      consoleHosts: [new URL(url).hostname],
      hostsInUse: hostsOf(ingresses.list()),
      tenantRules: await readTenantRules(hub.cluster),
    },
  );
}
