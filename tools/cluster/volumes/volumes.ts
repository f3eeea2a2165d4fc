import { join } from "node:path";
import type { ApiObject } from "../../../lib/cluster/index.ts";

/** What the provisioner makes of claims, as pure functions. */

export const PROVISIONER = "hostpath.cluster.sealos.io";

export interface StorageClass extends ApiObject {
  provisioner: string;
}

export interface Claim extends ApiObject {
  spec: {
    accessModes?: string[];
    storageClassName?: string;
    volumeMode?: string;
    volumeName?: string;
    resources?: { requests?: { storage?: string } };
  };
  status?: { phase?: string; capacity?: { storage?: string } };
}

export interface Volume extends ApiObject {
  spec: {
    capacity?: { storage?: string };
    hostPath?: { path: string; type: string };
    persistentVolumeReclaimPolicy?: string;
    [field: string]: unknown;
  };
  status?: { phase?: string };
}

/** `standard` is the default; `openebs-backup` is what many public Sealos templates ask for. */
export function classes(): StorageClass[] {
  return ["standard", "openebs-backup"].map((name) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      ...(name === "standard"
        ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }
        : {}),
    },
    provisioner: PROVISIONER,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  }));
}

/**
 * Whether a claim waits for us: kube-controller-manager names the provisioner of its class in an annotation once it has
 * found no volume that fits.
 */
export function isWaiting({ metadata, spec, status }: Claim): boolean {
  const asked = metadata.annotations?.["volume.kubernetes.io/storage-provisioner"] === PROVISIONER;
  return asked && !spec.volumeName && status?.phase !== "Bound";
}

/** The volume made for a claim, named and bound to it alone. */
export function volumeFor(claim: Claim, dir: string): Volume {
  const { name, namespace, uid = "" } = claim.metadata;
  const id = `pvc-${uid}`;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: id, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources?.requests?.storage ?? "1Gi" },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
      hostPath: { path: join(dir, id), type: "DirectoryOrCreate" },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: claim.spec.storageClassName,
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
    },
  };
}

/** What a bound claim asks for, if that is not what it has. The API server only lets a claim grow. */
export function growth({ spec, status }: Claim): { storage: string } | undefined {
  const wanted = spec.resources?.requests?.storage;
  if (status?.phase !== "Bound" || !wanted || wanted === status.capacity?.storage) return undefined;
  return { storage: wanted };
}
