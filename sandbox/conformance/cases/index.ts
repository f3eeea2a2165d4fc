import type { Group } from "../types.ts";
import { access } from "./access.ts";
import { applies } from "./apply.ts";
import { customKinds } from "./custom.ts";
import { objects } from "./objects.ts";
import { workloads } from "./workloads.ts";

/** The whole battery. */
export const groups: readonly Group[] = [...workloads, ...objects, ...customKinds, ...applies, ...access];
