import type { Budget } from "./budget.ts";
import type { PlannedProvider, Titles } from "./plan.ts";
import type { Reason } from "./reasons.ts";
import type { InstallationPhase, ProviderPhase, Severity, Tenant } from "./resources.ts";

/** What a resource's status says went wrong. */
type Said = { message?: string } & Partial<Reason>;

export interface WorkspaceRow {
  uid: string;
  namespace: string;
  name: string;
  email?: string;
  phase: NonNullable<NonNullable<Tenant["status"]>["phase"]>;
  /** What went wrong while it was made. */
  message?: string;
  apps: number;
  failing: number;
  /** `written`: the limit as Kubernetes writes it. */
  quota: { resource: string; used: number; hard: number; written: string }[];
  /** Kinds that the quota limits, or may limit: those of the cluster's providers. Nothing written: no limit. */
  counts: { resource: string; used?: number; written: string }[];
  /** Of this month (UTC), with what it costs in micro-units of the currency where there are prices. */
  coreHours: number;
  memoryGiBHours: number;
  costMicros?: number;
  /** The administrators' limit, and whether a budget has its apps stopped. */
  limit?: Budget["spec"];
  stopped: boolean;
}

export interface ProviderRow extends Said {
  name: string;
  title: string;
  i18n?: Titles;
  phase: ProviderPhase;
  image: string;
  tenants: number;
  instances: number;
  createdAt: string;
  /** What is installed: its version, also when its tag has moved on; absent where its image is not there any more. */
  version?: string;
  /** The repository's latest tag, where it is another image. */
  newer?: string;
  /** Whether its operator runs; absent while nothing is known of it, and of what has none. */
  operatorReady?: boolean;
}

/** An app that does not run as it should. */
export interface FailingRow extends Said {
  namespace: string;
  workspace: string;
  name: string;
  title: string;
  image: string;
  phase: InstallationPhase;
  since?: string;
  code?: string;
  /** What the sentence is about. */
  object?: { kind: string; name: string };
}

/** `GET /api/administration` */
export interface AdministrationView {
  workspaces: WorkspaceRow[];
  providers: ProviderRow[];
  failing: FailingRow[];
  currency?: string;
}

export interface OrganizationRow {
  name: string;
  displayName: string;
  trusted: boolean;
  keys: { fingerprint: string; kind: string }[];
  requireSignature: boolean;
  images: number;
}

/** A kind that providers bring. */
export interface KindRow {
  /** `Kind.group` */
  kind: string;
  offers: PlannedProvider["offers"];
  /** The administrators' default, `org/repo[:tag]`. */
  preset?: string;
  /** Whether the default can be used. */
  fits: boolean;
}

/** `GET /api/administration/defaults`: whom the cluster trusts, and what holds for all workspaces. */
export interface DefaultsView {
  organizations: OrganizationRow[];
  kinds: KindRow[];
  /** What is set elsewhere: in the environment of the console's processes, in ConfigMaps, or not at all. */
  settings: {
    requireSignatures: boolean;
    quota: Record<string, string>;
    currency?: string;
    pricesProblem?: string;
    meteredUpTo?: string;
    binDays: number;
    mirrors: number;
    runnerImage?: string;
    signIn: string[];
  };
}

export type AnnouncementState = "scheduled" | "shown" | "ended";

/** One of `GET /api/administration/announcements`, with its Markdown. */
export interface AnnouncementRow {
  name: string;
  title: string;
  text: string;
  zh: { title: string; text: string };
  severity: Severity;
  from?: string;
  until?: string;
  state: AnnouncementState;
  /** Both texts as the desktop shows them. */
  html: string;
  zhHtml: string;
  createdAt: string;
}
