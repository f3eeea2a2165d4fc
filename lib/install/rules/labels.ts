import { isRecord } from "../../images/scan.ts";
import { DEPARTED, GROUP, label } from "../../model/resources.ts";
import { type Blocker, blocker, type Rule } from "./types.ts";

const OURS = new RegExp(`(^|\\.)${GROUP.replaceAll(".", "\\.")}/`);
const RESERVED_ACCOUNT = /^(member-.*|installer)$/;

/** AppManager's own marks decide what it upgrades and deletes; an image may not wear them, nor its kinds and names. */
export const labels: Rule = (rendered, { context }) => {
  const { object } = rendered;
  const blockers: Blocker[] = [];
  for (const mark of marks(object)) {
    blockers.push(
      blocker(
        rendered,
        "reserved-label",
        `carries ${mark}, which AppManager alone sets`,
        "Leave it out; AppManager marks what it applies",
        { label: mark },
      ),
    );
  }
  if (object.apiVersion.startsWith(`${GROUP}/`)) {
    blockers.push(
      blocker(
        rendered,
        "reserved-kind",
        "is one of the console's own resources",
        "Leave it out of the image",
        {},
      ),
    );
  }
  const { name } = object.metadata;
  const account =
    object.kind === "ServiceAccount" && (RESERVED_ACCOUNT.test(name) || name === context.serviceAccount);
  const role = (object.kind === "Role" || object.kind === "RoleBinding") && /^hub-/.test(name);
  // Where the workspace's record of what was uninstalled is kept.
  const record = object.kind === "ConfigMap" && name === DEPARTED.name;
  if (account || role || record) {
    blockers.push(
      blocker(
        rendered,
        "reserved-name",
        "has a name that the console uses itself",
        "Give it another name",
        {},
      ),
    );
  }
  return { blockers };
};

/** Reserved labels and annotations, also on templates of pods and volumes. */
function marks(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) marks(each, found);
  if (!isRecord(value)) return found;
  const { metadata } = value;
  if (isRecord(metadata)) {
    for (const map of [metadata.labels, metadata.annotations]) {
      for (const [key, text] of Object.entries(isRecord(map) ? map : {})) {
        if (OURS.test(key) || (key === label.managedBy && text === "app-manager")) found.add(key);
      }
    }
  }
  for (const [key, each] of Object.entries(value)) {
    if (key !== "data" && key !== "stringData") marks(each, found);
  }
  return found;
}
