import { createHash } from "node:crypto";
import { ensureSecret, ownedBy, randomPassword } from "./children.ts";
import { follow, type Instance, type OperatorContext, report, type SimulatedOperator } from "./context.ts";

const TYPE = { apiVersion: "objectstorage.sealos.io/v1", kind: "ObjectStorageBucket" };
const INTERNAL = "object-storage.objectstorage-system.svc.cluster.local";
const EXTERNAL = "objectstorageapi.sandbox.localhost";

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
  const metadata = {
    name: `object-storage-key-${user}-${name}`,
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
  return undefined;
}
