import { type Cluster, isForbidden } from "../cluster/index.ts";
import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { equal } from "./compare.ts";
import type { Grant } from "./grant.ts";
import { listAt, valueAt } from "./paths.ts";
import { referenceOf, spoken } from "./references.ts";
import { covers } from "./rules/policy-rules.ts";
import type { PolicyRule } from "./rules.ts";

export interface Verdict {
  /** Whether an administrator has allowed anything of it at all. */
  begun: boolean;
  /** What is not granted, one line each; empty when all is. */
  missing: string[];
}

/**
 * Compares what the account has been granted with what the image needs: its own rights, as the API server tells them,
 * and the objects that only an administrator may apply.
 */
export async function judge(cluster: Cluster, grant: Grant): Promise<Verdict> {
  const missing: string[] = [];
  let begun = false;
  const home = grant.namespaces[0] ?? "default";
  const spaces = [{ namespace: undefined, rules: grant.clusterRules }, ...grant.rules];
  const known = new Map<string, Held>();
  for (const { namespace, rules } of spaces) {
    const held = known.get(namespace ?? home) ?? (await heldRules(cluster, namespace ?? home));
    known.set(namespace ?? home, held);
    for (const right of rules.flatMap(takenApart)) {
      const granted =
        covers(held.rules, right) || (held.incomplete && (await mayOne(cluster, right, namespace)));
      // Only a grant lets the manager look at single objects; to write some kinds it may in any case.
      if (granted) begun ||= right.verbs[0] === "get";
      else missing.push(lineOf(right, namespace));
    }
  }
  // Without the right to look there is nothing more to be found out.
  if (!begun) return { begun, missing };
  const checked = grant.ruling.filter(
    (object) => object.kind !== "Namespace" && mayLook(known.get(object.metadata.namespace ?? home), object),
  );
  const lines = await Promise.all(checked.map((object) => lackOf(cluster, object)));
  return { begun, missing: [...missing, ...lines.flat()] };
}

/** What stands in the way of installing, in plain words; undefined when everything is granted. */
export function notGranted(
  { begun, missing }: Verdict,
  image: { title: string; name: string },
): ProblemError | undefined {
  if (missing.length === 0) return undefined;
  const { title, name } = image;
  const shown =
    missing.slice(0, 5).join("; ") + (missing.length > 5 ? `; and ${missing.length - 5} more` : "");
  return begun
    ? new ProblemError(
        "not-granted",
        `This version of ${title} needs more than a cluster administrator has allowed: ${shown}. Its page in the Hub has the new grant to apply; then it goes on by itself.`,
        because("grant-short", { title, image: name, missing: shown }),
      )
    : new ProblemError(
        "not-granted",
        `A cluster administrator has to allow ${title} first, because it changes the whole cluster. Its page in the Hub shows the rights and the grant to apply; then it goes on by itself.`,
        because("not-granted", { title, image: name }),
      );
}

interface Held {
  rules: PolicyRule[];
  /** Another authorizer has its say too, so there may be more rights than are listed. */
  incomplete: boolean;
}

/** Whether looking at it can succeed; the missing right to look is told as such. */
function mayLook(held: Held | undefined, { apiVersion, kind, metadata }: KubernetesObject): boolean {
  if (!held || held.incomplete) return true;
  const { group } = parseApiVersion(apiVersion);
  const resources = [`${kind.toLowerCase()}s`];
  return covers(held.rules, {
    apiGroups: [group],
    resources,
    resourceNames: [metadata.name],
    verbs: ["get"],
  });
}

interface RulesReview {
  status?: { resourceRules?: PolicyRule[]; incomplete?: boolean };
}

async function heldRules(cluster: Cluster, namespace: string): Promise<Held> {
  const answer = (await cluster.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } },
  })) as RulesReview;
  return { rules: answer.status?.resourceRules ?? [], incomplete: answer.status?.incomplete === true };
}

/** A cluster with another authorizer beside RBAC cannot list rights, only answer for one. */
async function mayOne(cluster: Cluster, right: PolicyRule, namespace: string | undefined): Promise<boolean> {
  const [resource = "", subresource = ""] = (right.resources?.[0] ?? "").split("/");
  const answer = (await cluster.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: {
        resourceAttributes: {
          verb: right.verbs[0],
          group: right.apiGroups?.[0],
          resource,
          subresource,
          name: right.resourceNames?.[0] ?? "",
          namespace: namespace ?? "",
        },
      },
    },
  })) as { status?: { allowed?: boolean } };
  return answer.status?.allowed === true;
}

/** One rule as rights on one resource and name each. */
export function takenApart(rule: PolicyRule): PolicyRule[] {
  const out: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? [])
    for (const resource of rule.resources ?? [])
      for (const name of rule.resourceNames?.length ? rule.resourceNames : [undefined])
        for (const verb of rule.verbs)
          out.push({
            apiGroups: [group],
            resources: [resource],
            ...(name === undefined ? {} : { resourceNames: [name] }),
            verbs: [verb],
          });
  return out;
}

function lineOf({ verbs, apiGroups, resources, resourceNames }: PolicyRule, namespace?: string): string {
  const group = apiGroups?.[0] ? `.${apiGroups[0]}` : "";
  const name = resourceNames?.[0] ? ` "${resourceNames[0]}"` : "";
  return `${verbs[0]} ${resources?.[0]}${group}${name}${namespace ? ` in ${namespace}` : ""}`;
}

async function lackOf(cluster: Cluster, wanted: KubernetesObject): Promise<string[]> {
  const reference = referenceOf(wanted);
  let live: KubernetesObject | undefined;
  try {
    live = await cluster.find<KubernetesObject>(reference);
  } catch (error) {
    // The right to look is among those that are missing.
    if (isForbidden(error)) return [];
    throw error;
  }
  if (!live) return [spoken(reference)];
  if (/^(Cluster)?Role$/.test(wanted.kind)) return rulesLack(live, wanted);
  if (!/^(Cluster)?RoleBinding$/.test(wanted.kind)) return [];
  const subjects = listAt(live, "subjects");
  const given = listAt(wanted, "subjects").every((subject) =>
    subjects.some((each) =>
      ["kind", "name", "namespace"].every((field) => valueAt(each, field) === valueAt(subject, field)),
    ),
  );
  return given && valueAt(live, "roleRef.name") === valueAt(wanted, "roleRef.name")
    ? []
    : [spoken(reference)];
}

function rulesLack(live: KubernetesObject, wanted: KubernetesObject): string[] {
  const held = listAt(live, "rules") as PolicyRule[];
  return (listAt(wanted, "rules") as PolicyRule[])
    .filter((rule) => !covers(held, rule) && !held.some((each) => equal(each, rule)))
    .map((rule) => {
      const what = [...(rule.resources ?? []), ...(rule.nonResourceURLs ?? [])].join(", ");
      return `${spoken(referenceOf(wanted))}: ${rule.verbs.join(", ")} ${what}`;
    });
}
