// Gets the programs of a real cluster, which its tests do not get by themselves: `npm run cluster:programs`.
import { ensureDependencies, handOver } from "./runtime.mjs";

ensureDependencies();
handOver("scripts/test/programs.ts", process.argv.slice(2));
