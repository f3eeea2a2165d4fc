/**
 * Through which door a change came: the console's page, `hub`, kubectl, a spent budget, AppManager by itself, a
 * controller, another program.
 */
export const doors = ["page", "cli", "kubectl", "budget", "manager", "cluster", "other"] as const;
export type Door = (typeof doors)[number];

const PREFIX = { page: "hub-page", cli: "hub-cli" } as const;
const CONTROLLERS =
  /^(kube-|kubelet$|cloud-controller|cluster-|k3s|manager$|nginx-ingress|.*-operator|.*controller)/;

/**
 * The field manager under which a door of the console writes in a person's name. The API server keeps it, with the time,
 * in `metadata.managedFields`; a policy (deploy/policies) lets nobody write under somebody else's.
 */
export function fieldManagerOf(door: keyof typeof PREFIX, uid: string): string {
  return `${PREFIX[door]}.${uid}`;
}

/** The field manager of what AppManager does since a workspace's budget is spent, or is not any more. */
export const BUDGET_MANAGER = "app-manager-budget";

/** What a field manager tells: the door, and the person's uid where the door of the console wrote in their name. */
export function readFieldManager(manager: string): { door: Door; uid?: string } {
  for (const door of ["page", "cli"] as const)
    if (manager.startsWith(`${PREFIX[door]}.`)) return { door, uid: manager.slice(PREFIX[door].length + 1) };
  if (manager === "hub") return { door: "cli" };
  if (manager.startsWith("kubectl")) return { door: "kubectl" };
  if (manager === BUDGET_MANAGER) return { door: "budget" };
  if (manager.startsWith("app-manager")) return { door: "manager" };
  return { door: CONTROLLERS.test(manager) ? "cluster" : "other" };
}
