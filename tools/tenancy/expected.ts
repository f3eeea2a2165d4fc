/**
 * Who may do what, said once by hand. The matrix asks every door of the console and of Kubernetes and compares: an
 * answer that is not here is one too many, one that is here and does not come is one too few.
 */

/** Who asks, and about which workspace: their own as its owner, editor or viewer, or one of somebody else. */
export const people = [
  "owner",
  "editor",
  "viewer",
  "other tenant",
  "administrator",
  "signed out",
  "expired",
] as const;
export type Person = (typeof people)[number];

/** What the API may answer, in the matrix's words. */
export type Answer = "yes" | "refused" | "no such workspace" | "sign in first";

const everybody: Record<Person, Answer> = {
  owner: "yes",
  editor: "yes",
  viewer: "yes",
  "other tenant": "yes",
  administrator: "yes",
  "signed out": "yes",
  expired: "yes",
};
const signedIn: Record<Person, Answer> = {
  ...everybody,
  "signed out": "sign in first",
  expired: "sign in first",
};
const members: Record<Person, Answer> = {
  ...signedIn,
  "other tenant": "no such workspace",
  administrator: "no such workspace",
};
const administrators: Record<Person, Answer> = {
  ...signedIn,
  owner: "refused",
  editor: "refused",
  viewer: "refused",
  "other tenant": "refused",
};
/** Only ever a command line's, which has a matrix of its own (app/api/cli-login.it.test.ts). */
const commandLines: Record<Person, Answer> = {
  ...members,
  owner: "refused",
  editor: "refused",
  viewer: "refused",
};
const nobody: Record<Person, Answer> = {
  ...administrators,
  administrator: "refused",
  "signed out": "refused",
  expired: "refused",
};
const editors: Record<Person, Answer> = { ...members, viewer: "refused" };
const owners: Record<Person, Answer> = { ...editors, editor: "refused" };

/** Steps of signing in and out, which would change who asks: app/api/cli-login.it.test.ts asks them. */
export const signingIn: ReadonlySet<string> = new Set([
  "endSession",
  "signOutEverywhere",
  "startDeviceLogin",
  "redeemLogin",
  "authorizeCommandLine",
  "getLoginRequest",
  "decideLoginRequest",
]);

/** By the operation's id in the API description; streams by `openStream <topic>`. */
export const routes: Record<string, Record<Person, Answer>> = {
  getSignInOptions: everybody,
  // Whoever they are: it takes the registry's secret.
  announceRegistryEvents: nobody,
  getSession: signedIn,
  getCluster: signedIn,
  listKinds: signedIn,
  createClusterToken: commandLines,
  listRepositories: signedIn,
  getRepository: signedIn,
  listContainerImages: signedIn,
  getReadme: signedIn,
  getIcon: signedIn,
  getBadge: everybody,
  getEmbeddedCard: everybody,
  getGrant: administrators,
  getAdministration: administrators,
  listAnnouncements: administrators,
  createAnnouncement: administrators,
  changeAnnouncement: administrators,
  deleteAnnouncement: administrators,
  getDefaults: administrators,
  setDefaultProvider: administrators,
  setWorkspaceQuota: administrators,
  setWorkspaceLimit: administrators,
  getProvider: signedIn,
  "openStream installations": members,
  "openStream apps": members,
  "openStream desktop": members,
  "openStream providers": members,
  "openStream announcements": members,
  "openStream actionruns": members,
  "openStream catalogue": members,
  "openStream quota": members,
  "openStream budgets": members,
  "openStream events": members,
  "openStream instances/labring.postgres": members,
  "openStream instance/labring.postgres/postgresqls/mine": members,
  planInstallation: members,
  setBudget: owners,
  getUsage: members,
  exportUsage: members,
  getStatement: members,
  exportStatement: members,
  createInstallation: editors,
  changeInstallation: editors,
  listInstallationObjects: members,
  listBin: members,
  restoreFromBin: editors,
  listRevisions: members,
  // It is made of the values that the revision had, secrets among them.
  planRollback: editors,
  rollBack: editors,
  cancelActionRun: editors,
  createActionRun: editors,
  changeDesktop: editors,
  launchApp: members,
  createInstance: editors,
  replaceInstance: editors,
  getConnection: editors,
  listActions: members,
  streamLogs: members,
  getTimeline: members,
  troubleshootInstallation: members,
  deleteInstance: editors,
  deleteInstallation: editors,
  deleteFromBin: editors,
  emptyBin: editors,
};

const READ = "get list watch";
const WRITE = "create update patch delete deletecollection";
const ALL = `${READ} ${WRITE}`;

/** Verbs of one kind of resource by role in the workspace; what is not named is nobody's. */
export interface Rights {
  resources: string[];
  owner?: string;
  editor?: string;
  viewer?: string;
  /** In a workspace of somebody else. */
  administrator?: string;
}

const written = { owner: ALL, editor: ALL, viewer: READ };
const seen = { owner: READ, editor: READ, viewer: READ };

/** What members' own tokens may do in their workspace, and an administrator's in anybody's. */
export const namespaced: Rights[] = [
  { ...written, resources: ["configmaps", "serviceaccounts", "replicationcontrollers"] },
  {
    ...written,
    administrator: READ,
    resources: ["pods", "services", "persistentvolumeclaims", "events"],
  },
  { ...seen, resources: ["endpoints"] },
  {
    owner: "get",
    editor: "get",
    viewer: "get",
    resources: ["pods/log", "pods/status", "postgresqls.acid.zalan.do/status"],
  },
  { ...seen, administrator: `${READ} update patch`, resources: ["resourcequotas", "limitranges"] },
  { owner: ALL, editor: ALL, resources: ["secrets"] },
  { owner: "get create", editor: "get create", resources: ["pods/exec", "pods/attach", "pods/portforward"] },
  { owner: "get", editor: "get", resources: ["services/proxy"] },
  { owner: "create", editor: "create", resources: ["pods/eviction"] },
  { owner: "create", resources: ["serviceaccounts/token"] },
  {
    ...written,
    administrator: READ,
    resources: ["deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps"],
  },
  {
    ...written,
    resources: [
      "controllerrevisions.apps",
      "jobs.batch",
      "cronjobs.batch",
      "horizontalpodautoscalers.autoscaling",
      "ingresses.networking.k8s.io",
      "poddisruptionbudgets.policy",
    ],
  },
  {
    owner: "get update patch",
    editor: "get update patch",
    viewer: "get",
    resources: ["deployments.apps/scale", "statefulsets.apps/scale", "replicasets.apps/scale"],
  },
  {
    ...seen,
    resources: [
      "networkpolicies.networking.k8s.io",
      "endpointslices.discovery.k8s.io",
      "events.events.k8s.io",
    ],
  },
  {
    owner: ALL,
    editor: READ,
    viewer: READ,
    resources: ["roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"],
  },
  {
    ...written,
    administrator: READ,
    resources: [
      "installations.hub.sealos.io",
      "actionruns.hub.sealos.io",
      "desktops.hub.sealos.io",
      "apps.app.sealos.io",
    ],
  },
  { ...seen, administrator: READ, resources: ["usages.hub.sealos.io"] },
  // Its owner changes the one named default only.
  {
    ...seen,
    owner: `${READ} create`,
    administrator: `${READ} create update patch delete`,
    resources: ["budgets.hub.sealos.io"],
  },
  { administrator: `${READ} delete`, resources: ["sessions.hub.sealos.io"] },
  { ...written, resources: ["postgresqls.acid.zalan.do"] },
];

/** What concerns the whole cluster, asked with everybody's own token. */
export const clusterWide: Rights[] = [
  // What Kubernetes lets every account do: ask about itself.
  {
    owner: "create",
    editor: "create",
    viewer: "create",
    administrator: "create",
    resources: [
      "selfsubjectreviews.authentication.k8s.io",
      "selfsubjectaccessreviews.authorization.k8s.io",
      "selfsubjectrulesreviews.authorization.k8s.io",
    ],
  },
  {
    administrator: `${READ} create update patch delete`,
    resources: [
      "announcements.hub.sealos.io",
      "organizations.hub.sealos.io",
      "repositories.hub.sealos.io",
      "images.hub.sealos.io",
      "providers.hub.sealos.io",
    ],
  },
  {
    administrator: READ,
    resources: [
      "tenants.hub.sealos.io",
      "namespaces",
      "nodes",
      "customresourcedefinitions.apiextensions.k8s.io",
    ],
  },
];
