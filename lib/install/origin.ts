import { annotation, type Installation } from "../model/resources.ts";
import { listAt, recordAt, textAt } from "./paths.ts";

/** Who changed what is wanted, and through which door. */
export interface Origin {
  /** The field manager of the last change: `hub-page`, `hub`, `app-manager` (a policy), `kubectl-edit`, … */
  door?: string;
  /** The person, where the door said so. */
  by?: string;
}

/**
 * Where an Installation's spec comes from, read from its managed fields. `changed-by` counts only together with the
 * change itself: whoever changes the spec through another door leaves the annotation as it was.
 */
export function originOf(installation: Installation): Origin {
  const [last] = listAt(installation, "metadata.managedFields")
    .filter((entry) => textAt(entry, "subresource") === undefined)
    .filter((entry) => Object.keys(recordAt(entry, 'fieldsV1["f:spec"]')).length > 0)
    .sort((a, b) => (textAt(b, "time") ?? "").localeCompare(textAt(a, "time") ?? ""));
  const door = textAt(last, "manager");
  const said = recordAt(last, `fieldsV1["f:metadata"]["f:annotations"]`);
  const by = installation.metadata.annotations?.[annotation.changedBy];
  return {
    ...(door ? { door } : {}),
    ...(by && Object.hasOwn(said, `f:${annotation.changedBy}`) ? { by } : {}),
  };
}
