import type { Account, Profile, User } from "next-auth";
import { DEMO_ISSUER, subjectOf, uidOf } from "../hub/uid.ts";
import type { TenantPerson } from "../install/tenant.ts";

export interface DemoAccount {
  account: string;
  name: string;
  administrator: boolean;
}

/** Only ever offered with `HUB_DEMO=1`, which the start script sets on the sandbox. */
export const demoAccounts: readonly DemoAccount[] = [
  { account: "alice", name: "Alice", administrator: false },
  { account: "bob", name: "Bob", administrator: false },
  { account: "admin", name: "Admin", administrator: true },
];

/**
 * Who has signed in. The uid comes from the issuer and its subject, which stay the same when somebody changes their
 * name or address.
 */
export function personOf(
  account: Account,
  user: User,
  profile: Profile | undefined,
  oidcIssuer: string,
): TenantPerson {
  const [issuer, subject] = originOf(account, profile, oidcIssuer);
  const displayName = user.name?.trim() || user.email || subject;
  return {
    uid: uidOf(issuer, subject),
    subject: subjectOf(issuer, subject),
    displayName,
    ...(user.email && { email: user.email }),
  };
}

function originOf(account: Account, profile: Profile | undefined, oidcIssuer: string): [string, string] {
  if (account.provider === "demo") return [DEMO_ISSUER, account.providerAccountId];
  if (account.provider === "github") return ["https://github.com", account.providerAccountId];
  const issuer = profile && "iss" in profile && typeof profile.iss === "string" ? profile.iss : oidcIssuer;
  return [issuer, account.providerAccountId];
}
