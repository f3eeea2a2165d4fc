import type { Cluster } from "../../cluster/index.ts";

interface Rule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
}

/** Groups whose kinds are told of by other means, or say nothing about what people did. */
const OWN = /(^|\.)(k8s\.io|hub\.sealos\.io|app\.sealos\.io)$/;

/** Kinds of providers (custom kinds) that whoever asks may list in the namespace. */
export async function readableKinds(
  cluster: Cluster,
  namespace: string,
): Promise<{ apiVersion: string; kind: string }[]> {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace },
  };
  const [{ status }, types] = await Promise.all([
    cluster.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
      body: review,
    }) as Promise<{
      status?: { resourceRules?: Rule[] };
    }>,
    cluster.discovery.all(),
  ]);
  const readable = new Set(
    (status?.resourceRules ?? [])
      .filter(({ verbs }) => verbs.includes("list") || verbs.includes("*"))
      .flatMap(({ apiGroups = [], resources = [] }) =>
        apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
      ),
  );
  const may = (group: string, plural: string) =>
    [`${group}/${plural}`, `${group}/*`].some((each) => readable.has(each));
  return types
    .filter(
      ({ group, plural, namespaced }) =>
        namespaced && group.includes(".") && !OWN.test(group) && may(group, plural),
    )
    .map(({ group, version, kind }) => ({ apiVersion: `${group}/${version}`, kind }));
}
