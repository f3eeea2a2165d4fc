import { memberAccount } from "../install/tenant.ts";
import type { Hub } from "./hub.ts";

/** The least that Kubernetes gives. Nobody can take a token back, so it outlives its session by this much at most. */
const TOKEN_SECONDS = 600;

export interface ClusterToken {
  token: string;
  expirationTimestamp: string;
}

/**
 * A short-lived token of the person's own account in this workspace (TokenRequest), asked for in that account's name:
 * the web server's own may ask for none. Throws `workspace-unknown`, and API errors.
 */
export async function clusterToken(hub: Hub, uid: string, namespace: string): Promise<ClusterToken> {
  const member = hub.members.clusterOf(uid, namespace);
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${memberAccount(uid)}/token`;
  const { status } = (await member.request("POST", path, {
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: TOKEN_SECONDS },
    },
  })) as { status: ClusterToken };
  return { token: status.token, expirationTimestamp: status.expirationTimestamp };
}
