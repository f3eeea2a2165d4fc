import type { Scenario } from "../types.ts";
import { get } from "./get.ts";
import { apply, change, create, remove } from "./life.ts";
import { access, custom, describe, discover, errors } from "./look.ts";

/** The whole kubectl battery. */
export const scenarios: readonly Scenario[] = [
  get,
  describe,
  create,
  apply,
  change,
  remove,
  discover,
  access,
  errors,
  custom,
];
