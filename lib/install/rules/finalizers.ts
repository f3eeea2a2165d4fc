import { parseApiVersion } from "../../model/kubernetes.ts";
import { notice, type Rule } from "./types.ts";

/** Finalizers that Kubernetes itself answers for. */
const KUBERNETES = new Set(["foregroundDeletion", "orphan", "kubernetes.io/pvc-protection"]);

/**
 * A finalizer that nobody answers for makes an object impossible to delete. Kept are Kubernetes' own, and those of
 * the operator whose kind the object is; others are left out.
 */
export const finalizers: Rule = (rendered) => {
  const { object } = rendered;
  const { finalizers: wanted } = object.metadata;
  if (!wanted) return {};
  const { group } = parseApiVersion(object.apiVersion);
  const isCustom = group.includes(".") && !group.endsWith(".k8s.io");
  const answered = (finalizer: string) => {
    if (KUBERNETES.has(finalizer)) return true;
    const domain = finalizer.split("/")[0] ?? "";
    return isCustom && organization(domain) === organization(group);
  };
  const kept = wanted.filter(answered);
  if (kept.length === wanted.length) return {};
  const { finalizers: _, ...rest } = object.metadata;
  const metadata = kept.length > 0 ? { ...rest, finalizers: kept } : rest;
  const dropped = wanted.filter((each) => !kept.includes(each)).join(", ");
  const sentence = `has the finalizer ${dropped}, for which nothing in the cluster answers; it is left out, or the object could never be deleted`;
  return {
    object: { ...object, metadata },
    notices: [notice(rendered, "warning", "finalizer-dropped", sentence, { finalizer: dropped })],
  };
};

/** `cluster.kubeblocks.io` and `apps.kubeblocks.io` are of one organization. */
function organization(domain: string): string {
  return domain.split(".").slice(-2).join(".");
}
