import type { Said } from "@/components/i18n/reason";
import type { Status } from "@/components/ui/status";
import type { Budget } from "@/lib/model/budget";
import type { Severity } from "@/lib/model/resources";

/** What `GET /api/administration` answers. */
export interface Administration {
  workspaces: WorkspaceRow[];
  providers: ProviderRow[];
  failing: FailingRow[];
  currency?: string;
}

export interface WorkspaceRow {
  uid: string;
  namespace: string;
  name: string;
  email?: string;
  phase: "Pending" | "Ready" | "Failed";
  message?: string;
  apps: number;
  failing: number;
  quota: { resource: string; used: number; hard: number; written: string }[];
  coreHours: number;
  memoryGiBHours: number;
  costMicros?: number;
  limit?: Budget["spec"];
  stopped: boolean;
}

export interface ProviderRow extends Said {
  name: string;
  title: string;
  phase: Status;
  image: string;
  tenants: number;
  instances: number;
  createdAt: string;
  version?: string;
  newer?: string;
  operatorReady?: boolean;
}

export interface FailingRow extends Said {
  namespace: string;
  workspace: string;
  name: string;
  title: string;
  image: string;
  phase: Status;
  since?: string;
  code?: string;
  object?: { kind: string; name: string };
}

/** What `GET /api/administration/defaults` answers. */
export interface Defaults {
  organizations: OrganizationRow[];
  kinds: KindRow[];
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

export interface OrganizationRow {
  name: string;
  displayName: string;
  trusted: boolean;
  keys: { fingerprint: string; kind: string }[];
  requireSignature: boolean;
  images: number;
}

export interface KindRow {
  /** `Kind.group` */
  kind: string;
  offers: { image: string; title: string; trusted: boolean; installed: boolean }[];
  /** The administrators' default, `org/repo[:tag]`. */
  preset?: string;
  /** Whether the default can be used. */
  fits: boolean;
}

/** What `GET /api/administration/announcements` answers. */
export interface AnnouncementRow {
  name: string;
  title: string;
  text: string;
  zh: { title: string; text: string };
  severity: Severity;
  from?: string;
  until?: string;
  state: "scheduled" | "shown" | "ended";
  createdAt: string;
}

/** The resource of which most is used, as a share from 0 to 1; undefined where there is no quota. */
export function tightest(quota: WorkspaceRow["quota"]): { resource: string; share: number } | undefined {
  return quota
    .filter(({ hard }) => hard > 0)
    .map(({ resource, used, hard }) => ({ resource, share: used / hard }))
    .sort((a, b) => b.share - a.share)[0];
}
