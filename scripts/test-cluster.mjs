// `KUBECONFIG=… npm run test:cluster`: the suites on any cluster. It must be one for tests: what they make there is removed.
import { ensureDependencies, fail, handOver } from "./runtime.mjs";

if (!process.env.KUBECONFIG)
  fail("Name a cluster that is for tests only: KUBECONFIG=path npm run test:cluster");
process.env.HUB_TEST_CLUSTER = process.env.KUBECONFIG;
ensureDependencies();
const [suites = "integration:kubernetes,e2e:kubernetes", ...filters] = process.argv.slice(2);
handOver("scripts/test/main.ts", [suites, ...filters]);
