// `npm run bench [name …]`: prints figures beside the machine's own description; asserts nothing.
import { ensureDependencies, handOver } from "./runtime.mjs";

ensureDependencies();
handOver("bench/main.ts", process.argv.slice(2));
