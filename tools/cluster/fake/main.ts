import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Cluster } from "../../../lib/cluster/index.ts";
import { kubeletServer } from "../../../sandbox/workloads/kubelet-server.ts";
import { runVolumes } from "../volumes/index.ts";

/** The helper of pretended nodes: answers for their kubelets when logs are asked for, and provisions volumes. */
const string = { type: "string" } as const;
const { values } = parseArgs({
  options: { kubeconfig: string, volumes: string, port: string, cert: string, key: string },
});
const { kubeconfig = "", volumes = "", port, cert = "", key = "" } = values;
const cluster = Cluster.fromKubeconfig(kubeconfig);
const tls = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
await kubeletServer({ cluster }, tls, Number(port));
await runVolumes(cluster, volumes, new AbortController().signal);
