import type { TenantRole } from "./resources.ts";

/** A workspace that somebody may enter. */
export interface Workspace {
  namespace: string;
  /** The owner's display name. */
  name: string;
  role: TenantRole;
}

/** `GET /api/session` */
export interface SessionView {
  user: { uid: string; name: string; email?: string; administrator: boolean };
  workspaces: Workspace[];
  demo: boolean;
  version: string;
  /** Days for which uninstalled apps can be restored. */
  binDays: number;
}

/** `GET /api/auth-options`: the ways to sign in. */
export interface SignInOptions {
  demo: readonly { account: string; name: string; administrator: boolean }[];
  oidc?: { name: string };
  github?: true;
}
