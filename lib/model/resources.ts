import type { MeterDeclaration } from "./image.ts";
import type { Condition, KubernetesObject, ObjectMeta, ObjectReference } from "./kubernetes.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Schedule } from "./schedule.ts";
import type { UpgradeSettings, UpgradeStatus } from "./upgrade.ts";

export type { UpgradeSettings, UpgradeStatus, UpgradeWindow } from "./upgrade.ts";

/** The custom resources of DESIGN section 4, as TypeScript. Their schemas are in `deploy/crds/`. */

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
  /** On an Installation: which schedule it has, and up to when that was carried out. */
  scheduled: "hub.sealos.io/scheduled",
  /** On a workload: how many replicas it has while its installation is not suspended, where not the image decides. */
  replicas: "hub.sealos.io/replicas",
  /** On a Secret that was made with an instance: `<group>/<kind>/<name>` of that instance. */
  madeFor: "hub.sealos.io/made-for",
} as const;

export type Mode = "provider" | "shared" | "application";

type Resource<Kind extends string, Spec, Status = undefined> = KubernetesObject & {
  kind: Kind;
  metadata: ObjectMeta;
  spec: Spec;
} & (Status extends undefined ? object : { status?: Status });

/** What a member may do: read; publish and edit; also see to members and settings. */
export type OrganizationRole = "viewer" | "publisher" | "owner";

export type Organization = Resource<
  "Organization",
  {
    displayName?: string;
    description?: string;
    members?: { user: string; role: OrganizationRole }[];
    /** Links by which somebody may become a member, once each; `hash` is the code's SHA-256. */
    invitations?: {
      id: string;
      hash: string;
      role: OrganizationRole;
      expiresAt: string;
      createdBy?: string;
    }[];
    trusted?: boolean;
    /** PEM; images signed with one of them are the organization's own. */
    publicKeys?: string[];
    /** Only images signed with one of the keys are installed. */
    requireSignature?: boolean;
  },
  { repositories?: number }
>;

export interface Localized {
  title?: string;
  description?: string;
}

/** What a publisher says of one tag. */
export interface TagWords {
  name: string;
  releaseNotes?: string;
  deprecated?: boolean;
  deprecatedReason?: string;
}

/** Named `<org>.<repo>`. */
export type Repository = Resource<
  "Repository",
  {
    organization: string;
    repository: string;
    visibility?: "public" | "private";
    /** Registry reference without tag, or `content` for images in the Hub's own content store. */
    source?: string;
    title?: string;
    description?: string;
    categories?: string[];
    keywords?: string[];
    /** A `data:` URI; goes before the image's own. */
    icon?: string;
    /** In English; `readmes` go before it. */
    readme?: string;
    readmes?: Record<string, string>;
    links?: { name: string; url: string }[];
    i18n?: Record<string, Localized>;
    /** The tag that is the latest, whatever the versions say. */
    latest?: string;
    /** What the publisher says of single tags; goes before what their images say. */
    tags?: TagWords[];
  },
  {
    tags?: {
      name: string;
      digest: string;
      size: number;
      createdAt: string;
      deprecated?: boolean;
      deprecatedReason?: string;
    }[];
    /** When its registry was last looked at, whatever came of it. */
    checkedAt?: string;
    latestTag?: string;
    mode?: Mode;
    /** What the latest tag says; `spec` overrides it. */
    title?: string;
    description?: string;
    categories?: string[];
    keywords?: string[];
    i18n?: Record<string, Localized>;
    verified?: boolean;
    installs?: number;
    conditions?: Condition[];
  }
>;

/** One per tag, named `<org>.<repo>.<encoded tag>` (see `imageName`). */
export type Image = Resource<
  "Image",
  {
    repository: string;
    tag: string;
    digest: string;
    /** Bytes of all blobs, as stored. */
    size?: number;
    createdAt?: string;
    mode?: Mode;
    version?: string;
    releaseNotes?: string;
    deprecated?: boolean;
    inputs?: InputDeclaration[];
    actions?: ActionSummary[];
    requires?: Requirement[];
    permissions?: string[];
    containerImages?: string[];
    readmeDigest?: string;
  },
  {
    conditions?: Condition[];
    /** Which digest was signed, with which of the organization's keys (its fingerprint); absent: not known to be. */
    signature?: { digest: string; key: string };
    /** Why a provider or shared image cannot be installed for the whole cluster: nobody has granted what it needs. */
    objection?: { message: string; reason?: ReasonCode; params?: Record<string, string | number> };
  }
>;

export interface InputDeclaration {
  name: string;
  type: "string" | "number" | "boolean" | "choice";
  /** Shown as its label; default: the name in words. */
  title?: string;
  description?: string;
  default?: string;
  required?: boolean;
  options?: string[];
  /** Of an action: an expression over `option` and `object`; only options for which it holds are offered. */
  only?: string;
  /** The text is an amount as Kubernetes writes it: `10Gi`, `500m`. */
  quantity?: "bytes" | "cores";
  /** Bounds of a number or an amount, as text; of an action they may be expressions over `object`. */
  minimum?: string;
  maximum?: string;
  /** Of an action: the amount that there is now, which can only grow. */
  above?: string;
  /** An expression; the input is shown only while it is true. */
  if?: string;
  /** Given through a Secret, never through `spec.inputs`. */
  secret?: boolean;
  i18n?: Record<string, { title?: string; description?: string }>;
}

export interface ActionSummary {
  name: string;
  title?: string;
  description?: string;
  phase?: ActionPhase;
  inputs?: InputDeclaration[];
  /** For a provider: the kind of instance it acts on. */
  target?: { apiVersion: string; kind: string };
  i18n?: Record<string, Localized>;
  /** What carries it out. */
  by: "patch" | "create" | "apply" | "delete" | "cmd";
}

export type ActionPhase = "ON_INSTALL" | "ON_RUN" | "ON_CLOSE" | "ON_UNINSTALL";

/** Something an image needs: a kind that the cluster must serve, or another image (`org/repo:tag`). */
export type Requirement = { apiVersion: string; kind: string } | { image: string };

export type ProviderPhase = "Pending" | "Installing" | "Ready" | "Failed" | "Removing";

/** Cluster-scoped, named `<org>.<repo>`. */
export type Provider = Resource<
  "Provider",
  {
    /** `org/repo@sha256:…` */
    image: string;
    removalPolicy?: "Keep" | "Delete";
  },
  {
    phase?: ProviderPhase;
    conditions?: Condition[];
    instanceKinds?: { apiVersion: string; kind: string }[];
    tenants?: number;
    instances?: number;
    inventory?: ObjectReference[];
    digest?: string;
    message?: string;
    /** Which sentence the message is, with `params`. */
    reason?: ReasonCode;
    params?: Record<string, string | number>;
    mode?: Mode;
    title?: string;
    /** Of a shared instance. */
    address?: string;
    observedGeneration?: number;
  }
>;

export type InstallationPhase =
  | "Pending"
  | "Installing"
  | "Running"
  | "Degraded"
  | "Failed"
  | "Suspended"
  | "Uninstalling";

export type InstallationStep = "Resolved" | "ProviderReady" | "Applied" | "Healthy" | "Ready";

/** Which image (`org/repo[:tag]`) brings a kind (`Kind.group`) that the cluster does not serve yet. */
export interface ProviderChoice {
  kind: string;
  image: string;
}

/** In a tenant namespace. */
export type Installation = Resource<
  "Installation",
  {
    /** `org/repo:tag` */
    image: string;
    inputs?: Record<string, string>;
    /** Secrets in the same namespace whose keys are inputs. */
    inputsFrom?: { secretRef: { name: string } }[];
    /** Says nothing any more once something is installed that brings the kind. */
    providers?: ProviderChoice[];
    /** No pods; what it has stays. */
    suspended?: boolean;
    schedule?: Schedule;
    /** Revisions kept for rollback; default 10. */
    revisionHistoryLimit?: number;
    upgrade?: UpgradeSettings;
  },
  {
    phase?: InstallationPhase;
    conditions?: Condition[];
    observedGeneration?: number;
    mode?: Mode;
    /** Title of the app, for lists. */
    title?: string;
    revision?: number;
    inventory?: ObjectReference[];
    /** The image's own meters, as they are in this namespace. */
    meters?: MeterDeclaration[];
    address?: string;
    digest?: string;
    /** One sentence for people: what is going on, or what failed and what to do. */
    message?: string;
    /** What the message says, for a page that words it in the reader's language; with `params`. */
    code?: string;
    reason?: ReasonCode;
    params?: Record<string, string | number>;
    /** Objects healthy so far, of how many; what the progress ring shows. */
    progress?: { done: number; total: number };
    /** The object that the message is about. */
    failingObject?: ObjectReference;
    /** The last lines of its log, when it has one. */
    log?: string;
    lastLaunchedAt?: string;
    /** What happened to it, the oldest first; bounded. */
    history?: HistoryEntry[];
    /** What is newer than what is installed: a tag, or the same tag with another digest. */
    available?: { tag: string; digest: string };
    /** The last upgrade, also while it is under way. */
    upgrade?: UpgradeStatus;
  }
>;

export type HistoryEvent =
  | "Installed"
  | "Upgraded"
  | "Changed"
  | "RolledBack"
  | "Stopped"
  | "Started"
  | "Ready"
  | "Failed"
  | "UninstallRequested"
  | "Uninstalled"
  | "Deleted";

/** One line of an installation's own record. */
export interface HistoryEntry {
  at: string;
  event: HistoryEvent;
  /** The field manager that asked for it; absent when it is not known. */
  by?: string;
  image?: string;
  revision?: number;
  /** Of a failure. */
  message?: string;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
  object?: ObjectReference;
}

/** The ConfigMap of a workspace in which the records of what is gone are kept, for how long and how many. */
export const DEPARTED = { name: "hub-timeline", days: 90, most: 100 } as const;

/** A value of that ConfigMap, as JSON. */
export interface Departed {
  name: string;
  /** Of an installation. */
  image?: string;
  /** Of an instance of a provider. */
  object?: ObjectReference;
  history: HistoryEntry[];
}

export type RunPhase = "Pending" | "Running" | "Succeeded" | "Failed" | "Cancelled";

/** The step that an action is at, from 1, and how many it has. */
export interface RunProgress {
  step: number;
  steps: number;
}

export type ActionRun = Resource<
  "ActionRun",
  {
    installation?: string;
    instance?: ObjectReference;
    action: string;
    inputs?: Record<string, string>;
    ttlSecondsAfterFinished?: number;
    /** Stops the run, or keeps it from beginning; the only thing that may change. */
    cancelled?: boolean;
  },
  {
    phase?: RunPhase;
    startedAt?: string;
    finishedAt?: string;
    /** The end of what it printed, without secrets; grows while it is under way. */
    output?: string;
    /** Absent where there is one step only. */
    progress?: RunProgress;
    /** Its time limit, of one that may take long. */
    timeoutSeconds?: number;
    conditions?: Condition[];
  }
>;

export interface WindowBounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DesktopWindow {
  /** Unique on this desktop: the App's name, or a system app (`system-hub`). */
  app: string;
  state: "normal" | "minimized" | "maximized";
  bounds: WindowBounds;
  z: number;
  /** Where the page inside stands, e.g. `/hub/labring/affine?tab=tags`. */
  path?: string;
}

/** One per tenant namespace, named `default`. */
export type Desktop = Resource<
  "Desktop",
  {
    icons?: { app: string; column: number; row: number }[];
    dock?: string[];
    windows?: DesktopWindow[];
    wallpaper?: string;
    theme?: "light" | "dark" | "contrast" | "system";
    locale?: "en" | "zh";
  }
>;

/** What a workspace used on one day (UTC), which is its name. */
export type Usage = Resource<
  "Usage",
  object,
  {
    /** Until when it goes. */
    upTo?: string;
    /** ISO 4217; absent where the cluster has no prices. */
    currency?: string;
    /** By installation, by instance (`postgresql/orders`), or `other`. `cost` is in integer micro-units. */
    apps?: Record<
      string,
      {
        cpuSeconds: number;
        memoryByteSeconds: number;
        storageByteSeconds: number;
        loadBalancerSeconds?: number;
        /**
         * What was counted by meter and price. `amount`: hours of a unit, for counters units; `price`: of one, as a
         * decimal number; `cost`: in integer micro-units. Images' own meters are here whether they have a price or not.
         */
        charges?: {
          meter: string;
          unit: string;
          per: "hour" | "each";
          amount: number;
          price?: string;
          cost?: number;
          /** Of a counter: what it showed when this was written. */
          reading?: number;
        }[];
        cost?: number;
      }
    >;
    /** Times in which nothing was watched: what came and went in them is not counted. Of a meter that failed: why. */
    gaps?: {
      from: string;
      to: string;
      reason: "NotRunning" | "ClockSet" | "MeterFailed";
      app?: string;
      meter?: string;
      message?: string;
    }[];
  }
>;

/** `app.sealos.io/v1 App`, the public Sealos shape: an icon on the desktop. */
export type App = Resource<
  "App",
  {
    name: string;
    icon: string;
    type: "iframe" | "app" | "link";
    displayType?: "normal" | "more" | "hidden";
    data?: { url?: string; desc?: string };
    menuData?: { name: string; link: string }[];
    position?: string;
    i18n?: Record<string, { name?: string }>;
  }
>;

/**
 * A signed-in browser or command line, in the system namespace; deleting it signs it out. Named by a hash of its id. The
 * short-lived steps of a command line's sign-in are kept as Sessions too, under other names, so that any replica can
 * take the next one.
 */
export type Session = Resource<
  "Session",
  {
    user: string;
    expiresAt: string;
    userAgent?: string;
    /** Absent: a browser. `request`, `approval` and `refusal` are steps of a command line's sign-in, and sign nobody in. */
    purpose?: "cli" | "request" | "approval" | "refusal";
    /** What the machine of the command line calls itself. */
    host?: string;
    /** What whoever takes the next step has to prove they know: a SHA-256, never the thing itself. */
    proof?: string;
    redirectUri?: string;
  },
  { lastSeenAt?: string }
>;

/**
 * Somebody who asked for a workspace: cluster-scoped, named by the uid. The web server creates it at the first sign-in;
 * the manager makes the namespace `ns-<uid>` for it, so that the web server needs no right to make roles.
 */
export type Tenant = Resource<
  "Tenant",
  { subject: string; displayName?: string; email?: string },
  {
    phase?: "Pending" | "Ready" | "Failed";
    namespace?: string;
    message?: string;
    observedGeneration?: number;
  }
>;

export type Severity = "info" | "warning" | "critical";

/** What administrators tell everybody who is signed in; cluster-scoped. */
export type Announcement = Resource<
  "Announcement",
  {
    title: string;
    /** Markdown */
    text?: string;
    i18n?: Record<string, { title?: string; text?: string }>;
    /** Default: info. */
    severity?: Severity;
    /** Shown from then until then (RFC 3339); else at once and until it is deleted. */
    from?: string;
    until?: string;
  }
>;

export type TenantRole = "owner" | "editor" | "viewer";
