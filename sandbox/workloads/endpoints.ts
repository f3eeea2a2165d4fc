import { type ApiObject, isAlreadyExists, isNotFound } from "../../lib/cluster/index.ts";
import { timestamp } from "./conditions.ts";
import { nameHash, sameValue } from "./hash.ts";
import { controlledBy, controllerOf } from "./owners.ts";
import { isFinished, isReady, isTerminating } from "./pods.ts";
import { matchesLabels } from "./selectors.ts";
import type { Endpoint, EndpointSlice, Pod, Service } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

const SLICE_MANAGER = "endpointslice-controller.k8s.io";

/** Keeps EndpointSlices and Endpoints of Services with a selector. */
export function endpoints(world: World): Controller {
  return world.controller(
    world.services,
    (service) => reconcile(world, service),
    (add) => {
      world.pods.subscribe(({ object, previous }) => {
        for (const service of world.services.list(object.metadata.namespace)) {
          const { selector } = service.spec;
          if (!selector) continue;
          if ([object, previous].some((pod) => matchesLabels(pod?.metadata.labels, selector)))
            add(keyOf(service));
        }
      });
      world.services.subscribe(({ type, object }) => {
        if (type === "deleted" && object.spec.selector) void removeEndpoints(world, object);
      });
    },
  );
}

async function reconcile(world: World, service: Service): Promise<void> {
  const { selector, publishNotReadyAddresses } = service.spec;
  if (!selector || Object.keys(selector).length === 0 || service.spec.type === "ExternalName") return;
  if (service.metadata.deletionTimestamp) return;
  const pods = world.pods
    .list(service.metadata.namespace)
    .filter((pod) => pod.status?.podIP && !isFinished(pod) && matchesLabels(pod.metadata.labels, selector))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const members = pods.map((pod) => endpointOf(pod, service, publishNotReadyAddresses ?? false));
  await Promise.all([
    writeSlice(world, service, pods, members),
    writeEndpoints(world, service, pods, members),
  ]);
}

function endpointOf(pod: Pod, service: Service, publishNotReady: boolean): Endpoint {
  const { name, namespace, uid } = pod.metadata;
  const ready = publishNotReady || isReady(pod);
  const sameDomain = pod.spec.hostname && pod.spec.subdomain === service.metadata.name;
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: { ready, serving: ready, terminating: isTerminating(pod) },
    ...(sameDomain ? { hostname: pod.spec.hostname } : {}),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: "Pod", name, namespace, uid },
  };
}

/** A Service's ports as its pods serve them: named target ports are looked up in the first pod. */
function portsOf(service: Service, pods: Pod[]) {
  const byName = new Map(
    pods.flatMap((pod) =>
      pod.spec.containers.flatMap(({ ports = [] }) => ports.map((port) => [port.name, port.containerPort])),
    ),
  );
  return (service.spec.ports ?? []).flatMap(
    ({ name = "", port, targetPort = port, protocol = "TCP", appProtocol }) => {
      const number = typeof targetPort === "number" ? targetPort : byName.get(targetPort);
      return number ? [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }] : [];
    },
  );
}

async function writeSlice(world: World, service: Service, pods: Pod[], members: Endpoint[]): Promise<void> {
  const { name, namespace, labels } = service.metadata;
  const existing = world.endpointSlices
    .list(namespace)
    .find((slice) => controllerOf(slice)?.uid === service.metadata.uid);
  const headless: Record<string, string> =
    service.spec.clusterIP === "None" ? { "service.kubernetes.io/headless": "" } : {};
  const wanted: EndpointSlice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: existing?.metadata.name ?? `${name}-${nameHash(service.metadata.uid, 5)}`,
      namespace,
      labels: {
        ...labels,
        ...headless,
        "endpointslice.kubernetes.io/managed-by": SLICE_MANAGER,
        "kubernetes.io/service-name": name,
      },
      ownerReferences: [controlledBy(service)],
    },
    addressType: "IPv4",
    endpoints: members,
    ports: portsOf(service, pods),
  };
  const same =
    existing &&
    sameValue(
      [existing.endpoints ?? [], existing.ports ?? [], existing.metadata.labels],
      [members, wanted.ports, wanted.metadata.labels],
    );
  if (same) return;
  if (existing) {
    const { resourceVersion } = existing.metadata;
    await world.cluster.replace({ ...wanted, metadata: { ...wanted.metadata, resourceVersion } });
  } else {
    await world.cluster.create(wanted).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
}

async function writeEndpoints(
  world: World,
  service: Service,
  pods: Pod[],
  members: Endpoint[],
): Promise<void> {
  const { name, namespace, labels } = service.metadata;
  const headless: Record<string, string> =
    service.spec.clusterIP === "None" ? { "service.kubernetes.io/headless": "" } : {};
  const address = ({ addresses, hostname, nodeName, targetRef }: Endpoint) => ({
    ip: addresses[0],
    hostname,
    nodeName,
    targetRef,
  });
  const ready = members.filter(({ conditions }) => conditions?.ready).map(address);
  const notReady = members
    .filter(({ conditions }) => !conditions?.ready && !conditions?.terminating)
    .map(address);
  const subset = {
    ...(ready.length ? { addresses: ready } : {}),
    ...(notReady.length ? { notReadyAddresses: notReady } : {}),
    ports: portsOf(service, pods),
  };
  const subsets = ready.length || notReady.length ? [subset] : undefined;
  const existing = world.endpoints.get(namespace, name) as (ApiObject & { subsets?: unknown }) | undefined;
  const wantedLabels = {
    ...labels,
    ...headless,
    "endpoints.kubernetes.io/managed-by": "endpoint-controller",
  };
  if (
    existing &&
    sameValue([existing.subsets ?? null, existing.metadata.labels], [subsets ?? null, wantedLabels])
  )
    return;
  const annotations = { "endpoints.kubernetes.io/last-change-trigger-time": timestamp() };
  const object = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name, namespace, labels: wantedLabels, annotations },
    subsets,
  };
  if (existing) {
    const { resourceVersion } = existing.metadata;
    await world.cluster.replace({ ...object, metadata: { ...object.metadata, resourceVersion } });
  } else {
    await world.cluster.create(object).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
}

/** Endpoints have no owner: whoever made them removes them. */
async function removeEndpoints(world: World, service: Service): Promise<void> {
  const { name, namespace } = service.metadata;
  try {
    await world.cluster.delete({ apiVersion: "v1", kind: "Endpoints", name, namespace });
  } catch (error) {
    if (!isNotFound(error)) world.onError(error);
  }
}
