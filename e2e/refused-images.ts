import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import type { RunningHub } from "./hub.ts";

/** An image that is not installed, and why. */
interface Refused {
  repo: string;
  title: string;
  what: string;
  code: string;
  /** What the page and the API say, in English. */
  says: RegExp;
  /** What to do about it, on the page. */
  way?: RegExp;
  before?: (hub: RunningHub) => Promise<void>;
  after?: (hub: RunningHub) => Promise<void>;
}

const somebodyElses: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "somebody-elses", namespace: "ns-alice" },
};

export const refused: Refused[] = [
  {
    repo: "throwing",
    title: "Throwing expression",
    what: "an expression that throws",
    code: "expression-failed",
    says: /throwing\.yaml:18: the expression .*inputs\.nothing\.at\.all.* failed: .*undefined/,
  },
  {
    repo: "endless",
    title: "Endless expression",
    what: "an expression that loops for ever",
    code: "expression-failed",
    says: /endless\.yaml:18: the expression .* failed: it ran too long/,
  },
  {
    repo: "hungry",
    title: "Expression without end of memory",
    what: "an expression that allocates without end",
    code: "expression-failed",
    says: /hungry\.yaml:18: the expression .* failed: it used too much memory/,
  },
  {
    repo: "no-kind",
    title: "Manifest without kind",
    what: "a manifest without kind",
    code: "image-invalid",
    says: /no-kind\.yaml:15: the manifest has no kind/,
  },
  {
    repo: "foreign",
    title: "Foreign namespace",
    what: "a manifest for another namespace",
    code: "manifest-refused",
    says: /foreign\.yaml:15: ConfigMap "foreign" names the namespace kube-system, not ns-alice\./,
    way: /The image’s publisher has to change this\./,
  },
  {
    repo: "cluster-wide",
    title: "Cluster-scoped object",
    what: "a cluster-scoped object",
    code: "manifest-refused",
    says: /cluster-wide\.yaml:15: ClusterRole "fixture-cluster-wide" belongs to the whole cluster/,
    way: /The image’s publisher has to change this\./,
  },
  {
    repo: "fixed-name",
    title: "Object with a fixed name",
    what: "an object that exists and is not ours",
    code: "not-ours",
    says: /ConfigMap "somebody-elses"/,
    way: /Rename or remove that object, then try again\./,
    before: async ({ cluster }) => {
      await cluster.create(somebodyElses);
    },
    after: async ({ cluster }) => {
      await cluster.delete({ ...somebodyElses, ...somebodyElses.metadata });
    },
  },
  {
    repo: "unknown-kind",
    title: "Unknown kind",
    what: "a kind that nobody serves",
    code: "kind-missing",
    says: /does not serve Gadget \(nowhere\.example\.com\/v1\), and no provider in the Hub brings it/,
    way: /Ask an administrator to publish an image that provides this kind\./,
  },
  {
    repo: "greedy",
    title: "More than the quota",
    what: "more than the quota has, saying by how much",
    code: "quota-exceeded",
    says: /requests\.cpu has [\d.]+ cores left of 16 cores, 900 cores are needed, so 88[4-9][\d.]* cores are missing\./,
    way: /Make room by uninstalling or stopping something/,
  },
];
