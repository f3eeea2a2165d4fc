import type { MeterDeclaration } from "../image.ts";
import type { Condition, ObjectReference } from "../kubernetes.ts";
import type { ReasonCode } from "../reasons.ts";
import type { Schedule } from "../schedule.ts";
import type { UpgradeSettings, UpgradeStatus } from "../upgrade.ts";
import type { Mode, Resource } from "./resource.ts";

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
    /** By which resource a workspace's quota counts each of its kinds, and what it is limited to unless it says otherwise. */
    counted?: { resource: string; limit?: number }[];
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

/** A value of the ConfigMap `DEPARTED`, as JSON. */
export interface Departed {
  name: string;
  /** Of an installation. */
  image?: string;
  /** Of an instance of a provider. */
  object?: ObjectReference;
  history: HistoryEntry[];
}
