// `npm test`: everything that must hold before a change lands. See scripts/test/main.ts.
import { ensureDependencies, handOver } from "./runtime.mjs";

ensureDependencies();
handOver("scripts/test/main.ts", process.argv.slice(2));
