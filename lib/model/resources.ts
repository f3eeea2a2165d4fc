/** The custom resources as TypeScript; their schemas are in `deploy/crds/`. */
export type * from "./resources/action-run.ts";
export type * from "./resources/catalogue.ts";
export type * from "./resources/desktop.ts";
export type * from "./resources/installation.ts";
export type * from "./resources/people.ts";
export type { Localized, Mode } from "./resources/resource.ts";
export type * from "./resources/usage.ts";
export type { UpgradeSettings, UpgradeStatus, UpgradeWindow } from "./upgrade.ts";

export const GROUP = "hub.sealos.io";
export const VERSION = "v1alpha1";
export const API_VERSION = `${GROUP}/${VERSION}`;
export const APP_API_VERSION = "app.sealos.io/v1";
export const FIELD_MANAGER = "app-manager";
/** ConfigMaps in the system namespace: the administrators' price book, and what metering knows. */
export const PRICES = "hub-prices";
export const METERING = "hub-metering";
/** The administrators' default providers: `org/repo[:tag]` by `Kind.group`. */
export const PROVIDERS = "hub-providers";
export const SYSTEM_NAMESPACE = "sealos-system";

export const label = {
  managedBy: "app.kubernetes.io/managed-by",
  /** On everything AppManager applies for an Installation: its name. */
  installation: "hub.sealos.io/installation",
  /** On everything AppManager applies for a Provider: its name. */
  provider: "hub.sealos.io/provider",
  /** On the record of what is in the bin: the name of the installation that it was. */
  bin: "hub.sealos.io/bin",
  /** On a tenant namespace: the owner's uid. */
  tenant: "hub.sealos.io/tenant",
  /** On a member's ServiceAccount: the member's uid. */
  member: "hub.sealos.io/member",
  /** On a member's ServiceAccount: owner, editor or viewer (administrator in the system namespace). */
  role: "hub.sealos.io/role",
  /** On ClusterRoles: rules that tenants' editors (and owners) get. */
  aggregateToEdit: "hub.sealos.io/aggregate-to-edit",
  /** On ClusterRoles: rules that every tenant member gets. */
  aggregateToView: "hub.sealos.io/aggregate-to-view",
  /** On ClusterRoles: rules by which the web server follows what pages show. */
  aggregateToWeb: "hub.sealos.io/aggregate-to-web",
  /** On what an image's command made: the name of the Job that ran it. */
  command: "hub.sealos.io/command",
  /** On what a provider's action has made: the uid of its run. */
  run: "hub.sealos.io/run",
  /** On a run that a workspace's budget has asked for: whether it stops or starts. */
  budget: "hub.sealos.io/budget",
  /** On everything that an administrator applied to allow a Provider: its name. */
  grant: "hub.sealos.io/grant",
} as const;

export const annotation = {
  /** The person's display name, e-mail and issuer subject, on a tenant namespace and on member accounts. */
  displayName: "hub.sealos.io/display-name",
  email: "hub.sealos.io/email",
  subject: "hub.sealos.io/subject",
  /** On a revision of an Installation: the field manager that asked for it, and when it was last wanted. */
  door: "hub.sealos.io/changed-through",
  wantedAt: "hub.sealos.io/wanted-at",
  /** Changing it asks the manager to try again at once. */
  retry: "hub.sealos.io/retry-at",
  /** On a Repository: changing it asks the manager to look at its registry at once. */
  refreshRequested: "hub.sealos.io/refresh-requested",
  /** On the record of what is in the bin: when it is deleted for good. */
  expires: "hub.sealos.io/expires-at",
  /** On an Installation at deletion: "delete" removes volumes and Secrets for good, past the bin. */
  volumes: "hub.sealos.io/volumes",
  /** On an Installation, written right before its deletion: whose field it is tells who asked (managed fields). */
  uninstallRequested: "hub.sealos.io/uninstall-requested",
  /** On an Installation: what its icon is called, instead of the image's title. */
  title: "hub.sealos.io/title",
  /** On an Installation: which schedule it has, and up to when that was carried out. */
  scheduled: "hub.sealos.io/scheduled",
  /** On a workload: how many replicas it has while its installation is not suspended, where not the image decides. */
  replicas: "hub.sealos.io/replicas",
  /** On an instance: how far the stop of the workspace's budget has come with it, as `stopMark` reads it. */
  budgetStop: "hub.sealos.io/budget-stop",
  /** On a Secret that was made with an instance: `<group>/<kind>/<name>` of that instance. */
  madeFor: "hub.sealos.io/made-for",
} as const;

/** The ConfigMap of a workspace in which the records of what is gone are kept, for how long and how many. */
export const DEPARTED = { name: "hub-timeline", days: 90, most: 100 } as const;
