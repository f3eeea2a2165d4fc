// `npm run cluster`: a real Kubernetes control plane on this machine. See tools/cluster/README.md.
import { ensureDependencies, handOver } from "./runtime.mjs";

ensureDependencies();
handOver("tools/cluster/main.ts", process.argv.slice(2));
