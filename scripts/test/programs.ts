import { findBinaries } from "../../tools/cluster/index.ts";
import { fail } from "../runtime.mjs";
import { CONTROL_PLANE, NODE } from "./suites.ts";

/** Finds, fetches or builds what the suites on a real cluster need. */
const names = process.platform === "linux" ? [...CONTROL_PLANE, ...NODE] : CONTROL_PLANE;
const got = await findBinaries(names, (line) => process.stdout.write(`• ${line}\n`));
if ("missing" in got) fail(got.missing);
