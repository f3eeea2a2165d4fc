import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { Cluster, Informer, WorkQueue } from "../../../lib/cluster/index.ts";
import { INGRESS_PORT, NODE_IP } from "./addresses.ts";
import {
  CLASS,
  type EndpointSlice,
  type Ingress,
  nginxConfiguration,
  routesOf,
  type Service,
} from "./ingress-routes.ts";

/**
 * `node ingress.ts KUBECONFIG FILE`: an ingress controller for tests. It keeps nginx's configuration, in FILE, in step
 * with the cluster's Ingresses, over HTTP only, and gives them the node's address.
 */
const [kubeconfig = "", file = ""] = process.argv.slice(2);
const NETWORKING = "networking.k8s.io/v1";
const cluster = Cluster.fromKubeconfig(kubeconfig);
const ingresses = new Informer<Ingress>(cluster, { apiVersion: NETWORKING, kind: "Ingress" });
const services = new Informer<Service>(cluster, { apiVersion: "v1", kind: "Service" });
const slices = new Informer<EndpointSlice>(cluster, {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
});
const informers = [ingresses, services, slices];
let nginx: ChildProcess | undefined;
let written = "";

function configure(): void {
  const routes = routesOf({ ingresses: ingresses.list(), services: services.list(), slices: slices.list() });
  const text = nginxConfiguration(routes, INGRESS_PORT);
  if (text === written) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  written = text;
  if (nginx) {
    nginx.kill("SIGHUP");
    return;
  }
  nginx = spawn("nginx", ["-c", file], { stdio: "inherit" });
  nginx.once("exit", (code) => process.exit(code ?? 1));
}

async function giveAddress({ metadata, spec, status }: Ingress): Promise<void> {
  if ((spec?.ingressClassName ?? CLASS) !== CLASS) return;
  if (status?.loadBalancer?.ingress?.[0]?.ip === NODE_IP) return;
  const { name, namespace } = metadata;
  await cluster.patch(
    { apiVersion: NETWORKING, kind: "Ingress", name, namespace },
    { status: { loadBalancer: { ingress: [{ ip: NODE_IP }] } } },
    { type: "merge", subresource: "status" },
  );
}

const queue = new WorkQueue({
  concurrency: 1,
  process: async () => {
    configure();
    for (const ingress of ingresses.list()) await giveAddress(ingress);
  },
  onError: (_key, error) => process.stderr.write(`${error}\n`),
});

mkdirSync("/var/lib/nginx", { recursive: true });
for (const informer of informers) informer.start();
await Promise.all(informers.map(({ synced }) => synced));
for (const informer of informers) informer.subscribe(() => queue.add("all"));
queue.add("all");
process.on("SIGTERM", () => (nginx ? nginx.kill("SIGTERM") : process.exit(0)));
