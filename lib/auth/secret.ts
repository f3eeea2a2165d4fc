import { randomBytes } from "node:crypto";
import { type Cluster, isAlreadyExists, isConflict } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";

const NAME = "web-session";
type SessionSecret = KubernetesObject & { data?: Record<string, string> };

/**
 * The key that encrypts session cookies, the same on every replica: `NEXTAUTH_SECRET` if set, else the one kept in the
 * Secret `web-session`, drawn by whichever replica comes first. Throws API errors.
 */
export async function sessionSecret(
  cluster: Cluster,
  namespace: string,
  fromEnvironment: string | undefined,
): Promise<string> {
  if (fromEnvironment) return fromEnvironment;
  const ref = { apiVersion: "v1", kind: "Secret", name: NAME, namespace };
  for (;;) {
    const kept = await cluster.find<SessionSecret>(ref);
    const known = kept?.data?.secret;
    if (known) return Buffer.from(known, "base64").toString("utf8");
    const secret = randomBytes(48).toString("base64url");
    const data = { secret: Buffer.from(secret).toString("base64") };
    try {
      if (kept) {
        const { resourceVersion } = kept.metadata;
        await cluster.patch(ref, { metadata: { resourceVersion }, data }, { type: "merge" });
      } else {
        await cluster.create({
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: NAME, namespace },
          type: "Opaque",
          data,
        });
      }
      return secret;
    } catch (error) {
      // Another replica was first: take its key.
      if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    }
  }
}
