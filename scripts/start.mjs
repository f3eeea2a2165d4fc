// `npm start`: everything on one machine. See scripts/start/main.ts for what happens then.
import { ensureDependencies, handOver } from "./runtime.mjs";

ensureDependencies();
handOver("scripts/start/main.ts", process.argv.slice(2));
