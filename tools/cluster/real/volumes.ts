import { Cluster } from "../../../lib/cluster/index.ts";
import { runVolumes } from "../volumes/index.ts";

/** `node volumes.ts KUBECONFIG FOLDER`: gives claims of the cluster their volumes, in folders of the node. */
const [kubeconfig = "", folder = ""] = process.argv.slice(2);
const abort = new AbortController();
process.on("SIGTERM", () => abort.abort());
await runVolumes(Cluster.fromKubeconfig(kubeconfig), folder, abort.signal);
