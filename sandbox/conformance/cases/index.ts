import type { Group } from "../types.ts";
import { access } from "./access.ts";
import { moreAccess } from "./access-more.ts";
import { applies } from "./apply.ts";
import { moreApplies } from "./apply-more.ts";
import { customKinds } from "./custom.ts";
import { moreCustomKinds } from "./custom-more.ts";
import { discovery } from "./discovery.ts";
import { errors } from "./errors.ts";
import { garbage } from "./garbage.ts";
import { lists } from "./lists.ts";
import { objects } from "./objects.ts";
import { patches } from "./patches.ts";
import { watches } from "./watches.ts";
import { workloads } from "./workloads.ts";

/** The whole battery. Discovery comes first: it shows a server without custom kinds. */
export const groups: readonly Group[] = [
  ...discovery,
  ...workloads,
  ...objects,
  ...customKinds,
  ...applies,
  ...access,
  ...lists,
  ...watches,
  ...patches,
  ...moreApplies,
  ...moreCustomKinds,
  ...moreAccess,
  ...errors,
  ...garbage,
];
