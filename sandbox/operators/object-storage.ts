import { createHash } from "node:crypto";
import { ensureSecret, ownedBy, randomPassword } from "./children.ts";
import { follow, type Instance, type OperatorContext, report, type SimulatedOperator } from "./context.ts";

const TYPE = { apiVersion: "objectstorage.sealos.io/v1", kind: "ObjectStorageBucket" };
const INTERNAL = "object-storage.objectstorage-system.svc.cluster.local";
const EXTERNAL = "objectstorageapi.sandbox.localhost";
/** The service account of a tenant's pods, which templates call SEALOS_SERVICE_ACCOUNT. */
const APP_ACCOUNT = "app";

/** Sealos' object storage controller: a bucket, and Secrets with keys for it. Nothing is stored anywhere. */
export const objectStorage: SimulatedOperator = {
  name: "object-storage",
  images: /\/(sealos-)?objectstorage-controller(:|@|$)|\/sealos-cloud-objectstorage-controller(:|@|$)/,
  start(context) {
    return follow<Instance>(
      context,
      TYPE,
      () => undefined,
      (instance) => reconcile(context, instance),
    );
  },
};

async function reconcile(context: OperatorContext, instance: Instance): Promise<undefined> {
  const { name, namespace = "", deletionTimestamp } = instance.metadata;
  if (deletionTimestamp) return undefined;
  const user = namespace.split("-")[1] || namespace;
  const bucket = `${user}-${name}`;
  // The user's own keys outlive the bucket; in the real one they belong to an ObjectStorageUser.
  await ensureSecret(context, { name: "object-storage-key", namespace }, () => ({
    accessKey: user,
    secretKey: randomPassword(16),
    internal: INTERNAL,
    external: EXTERNAL,
  }));
  await report(context, instance, { name: bucket, size: 0 });
  const account = { apiVersion: "v1", kind: "ServiceAccount", name: APP_ACCOUNT, namespace };
  const accounts = (await context.cluster.find(account)) ? [user, APP_ACCOUNT] : [user];
  for (const each of new Set(accounts)) {
    const metadata = {
      name: `object-storage-key-${each}-${name}`,
      namespace,
      labels: { "objectstorage.sealos.io/bucket": name },
      ownerReferences: ownedBy(instance),
    };
    await ensureSecret(context, metadata, () => ({
      accessKey: createHash("sha256").update(bucket).digest("hex").slice(0, 16),
      secretKey: randomPassword(16),
      internal: INTERNAL,
      external: EXTERNAL,
      bucket,
    }));
  }
  return undefined;
}
