import type { Said } from "@/components/i18n/reason";
import type { Status } from "@/components/ui/status";

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
  quota: { resource: string; used: number; hard: number }[];
  coreHours: number;
  costMicros?: number;
}

export interface ProviderRow extends Said {
  name: string;
  title: string;
  phase: Status;
  image: string;
  tenants: number;
  instances: number;
  createdAt: string;
}

export interface FailingRow extends Said {
  namespace: string;
  workspace: string;
  name: string;
  title: string;
  image: string;
  phase: Status;
  since?: string;
}

/** The resource of which most is used, as a share from 0 to 1; undefined where there is no quota. */
export function tightest(quota: WorkspaceRow["quota"]): { resource: string; share: number } | undefined {
  return quota
    .filter(({ hard }) => hard > 0)
    .map(({ resource, used, hard }) => ({ resource, share: used / hard }))
    .sort((a, b) => b.share - a.share)[0];
}
