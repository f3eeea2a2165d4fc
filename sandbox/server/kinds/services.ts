import type { Backend } from "../cluster.ts";
import { at, type Fields, type KubeObject, list, text } from "../objects.ts";
import { invalid } from "../status.ts";
import type { KindRules } from "./index.ts";

/** 10.96.0.0/16, without its first address, which is the API server's own. */
const FIRST = 10;
const LAST = 65_534;
const PORTS = { first: 30_000, last: 32_767 };

interface Taken {
  addresses: Set<string>;
  ports: Set<number>;
}

function taken(backend: Backend, self: KubeObject): Taken {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const entry of backend.store.list("services")) {
    if (entry.name === self.metadata.name && entry.namespace === self.metadata.namespace) continue;
    const service = JSON.parse(entry.body) as unknown;
    for (const address of list(service, "spec", "clusterIPs")) addresses.add(String(address));
    for (const port of list(service, "spec", "ports")) {
      const node = at(port, "nodePort");
      if (typeof node === "number") ports.add(node);
    }
  }
  return { addresses, ports };
}

const addressOf = (number: number) => `10.96.${number >> 8}.${number & 255}`;

/** A free address; begins at a random one, as addresses are not handed out again at once. */
function freeAddress({ addresses }: Taken): string {
  const start = FIRST + Math.floor(Math.random() * (LAST - FIRST));
  for (let offset = 0; offset < LAST - FIRST; offset += 1) {
    const address = addressOf(FIRST + ((start - FIRST + offset) % (LAST - FIRST)));
    if (!addresses.has(address)) return address;
  }
  throw new Error("all addresses of services are in use");
}

function freePort({ ports }: Taken): number {
  const span = PORTS.last - PORTS.first + 1;
  const start = Math.floor(Math.random() * span);
  for (let offset = 0; offset < span; offset += 1) {
    const port = PORTS.first + ((start + offset) % span);
    if (!ports.has(port)) return port;
  }
  throw new Error("all node ports are in use");
}

/** Gives services their addresses and node ports, as the API server does when it keeps them. */
export const services: KindRules = {
  allocate(object, live, { backend, type }) {
    const spec = object.spec as Fields;
    const kind = text(spec, "type") ?? "ClusterIP";
    if (kind === "ExternalName") {
      for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) delete spec[field];
      return;
    }
    const used = taken(backend, object);
    const refuse = (field: string, value: unknown, why: string) =>
      invalid(type, object.metadata.name, [
        { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` },
      ]);
    const before = text(live, "spec", "clusterIP");
    spec.clusterIP ??= before || freeAddress(used);
    const address = String(spec.clusterIP);
    if (address !== "None" && address !== before) {
      if (!/^10\.96\.\d{1,3}\.\d{1,3}$/.test(address)) {
        throw refuse(
          "spec.clusterIPs",
          [address],
          `failed to allocate IP ${address}: the provided network does not match the current range`,
        );
      }
      if (used.addresses.has(address)) {
        throw refuse(
          "spec.clusterIPs",
          [address],
          `failed to allocate IP ${address}: provided IP is already allocated`,
        );
      }
    }
    spec.clusterIPs = [address];
    // A headless service without a selector is given by its endpoints, which may be of either family.
    const either = spec.clusterIP === "None" && !spec.selector && !spec.ipFamilyPolicy;
    spec.ipFamilies ??= either ? ["IPv4", "IPv6"] : ["IPv4"];
    spec.ipFamilyPolicy ??= either ? "RequireDualStack" : "SingleStack";
    allocatePorts(object, live, kind, used, refuse);
  },
};

function allocatePorts(
  object: KubeObject,
  live: KubeObject | undefined,
  kind: string,
  used: Taken,
  refuse: (field: string, value: unknown, why: string) => Error,
): void {
  const wanted = kind === "NodePort" || kind === "LoadBalancer";
  const automatic = wanted && at(object, "spec", "allocateLoadBalancerNodePorts") !== false;
  for (const [index, port] of (list(object, "spec", "ports") as Fields[]).entries()) {
    if (!wanted) {
      delete port.nodePort;
      continue;
    }
    const before = list(live, "spec", "ports").find(
      (old) => at(old, "port") === port.port && at(old, "protocol") === port.protocol,
    );
    if (!port.nodePort && automatic) port.nodePort = at(before, "nodePort") ?? freePort(used);
    const node = port.nodePort;
    if (typeof node !== "number") continue;
    const field = `spec.ports[${index}].nodePort`;
    if (node < PORTS.first || node > PORTS.last) {
      throw refuse(
        field,
        node,
        `provided port is not in the valid range. The range of valid ports is ${PORTS.first}-${PORTS.last}`,
      );
    }
    if (used.ports.has(node)) throw refuse(field, node, "provided port is already allocated");
    used.ports.add(node);
  }
}
