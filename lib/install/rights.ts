import type { KubernetesObject } from "../model/kubernetes.ts";
import type { GrantedRight } from "../model/plan.ts";
import { because } from "../model/reasons.ts";
import { COMMAND_JOB } from "./command/objects.ts";
import { listAt, recordAt, textAt } from "./paths.ts";

const READING = new Set(["get", "list", "watch"]);

/** The rights that the manifests give to service accounts, in plain words, the strongest first. */
export function rightsOf(objects: readonly KubernetesObject[], tenantAccount: string): GrantedRight[] {
  const rights: GrantedRight[] = [];
  for (const binding of objects.filter(
    ({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding",
  )) {
    const role = objects.find(
      ({ kind, metadata }) =>
        kind === textAt(binding, "roleRef.kind") && metadata.name === textAt(binding, "roleRef.name"),
    );
    const wide = binding.kind === "ClusterRoleBinding";
    for (const subject of listAt(binding, "subjects")) {
      const name = textAt(subject, "name") ?? "";
      if (!role) {
        const roleName = textAt(binding, "roleRef.name") ?? "";
        rights.push({
          ...right(name, ["*"], [roleName], wide, `do what the role ${roleName} allows`),
          ...because("right-role", { subject: name, role: roleName, scope: scopeOf(wide) }),
        });
      }
      for (const rule of role ? listAt(role, "rules") : []) {
        const verbs = listAt(rule, "verbs").map(String);
        const resources = [...listAt(rule, "resources"), ...listAt(rule, "nonResourceURLs")].map(String);
        const can = { subject: name, scope: scopeOf(wide), ...doing(verbs, resources) };
        rights.push({
          ...right(name, verbs, resources, wide, `${listed(can.verbs.split(" "))} ${can.resources}`),
          ...because("right-rule", can),
        });
      }
    }
  }
  for (const object of objects) {
    const spec = podSpecOf(object);
    if (!spec || textAt(spec, "serviceAccountName") !== tenantAccount) continue;
    // The Job of an image's command is another one in every version; the right is the same.
    const name = object.metadata.name.replace(COMMAND_JOB, "-command");
    rights.push({
      subject: tenantAccount,
      verbs: ["*"],
      resources: ["*"],
      level: "warning",
      message: `Pods of ${object.kind} "${name}" act with the rights of your workspace.`,
      ...because("right-workspace", { kind: object.kind, name }),
    });
  }
  const said = new Map(rights.map((each) => [each.message, each]));
  return [...said.values()].sort((a, b) => strength(b) - strength(a));
}

function right(
  subject: string,
  verbs: string[],
  resources: string[],
  wide: boolean,
  does: string,
): GrantedRight {
  const changes = verbs.some((verb) => !READING.has(verb));
  const sensitive = resources.some(
    (resource) => resource === "*" || /^(secrets|pods\/exec|roles)/.test(resource),
  );
  return {
    subject,
    verbs,
    resources,
    level:
      (changes && (sensitive || wide)) || (sensitive && resources.includes("secrets")) ? "warning" : "info",
    message: `Pods that run as "${subject}" may ${does} in ${wide ? "the whole cluster" : "the workspace"}.`,
  };
}

function scopeOf(wide: boolean): "cluster" | "workspace" {
  return wide ? "cluster" : "workspace";
}

/** Verbs in plain words, and what they act on. */
function doing(verbs: string[], resources: string[]): { verbs: string; resources: string } {
  const what = resources.includes("*") ? "everything" : resources.join(", ");
  if (verbs.includes("*")) return { verbs: "read change delete", resources: what };
  const can = [
    ...(verbs.some((verb) => READING.has(verb)) ? ["read"] : []),
    ...(verbs.includes("create") ? ["create"] : []),
    ...(verbs.some((verb) => verb === "update" || verb === "patch") ? ["change"] : []),
    ...(verbs.some((verb) => verb.startsWith("delete")) ? ["delete"] : []),
    ...verbs.filter((verb) => !/^(get|list|watch|create|update|patch|delete|deletecollection)$/.test(verb)),
  ];
  return { verbs: can.join(" ") || "use", resources: what };
}

function listed(words: string[]): string {
  const last = words.at(-1) ?? "";
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${last}` : last;
}

function strength(given: GrantedRight): number {
  return (
    (given.level === "warning" ? 4 : 0) +
    (given.message.endsWith("whole cluster.") ? 2 : 0) +
    (given.verbs?.includes("*") || given.resources?.includes("*") ? 1 : 0)
  );
}

/** The pod spec inside a workload, or undefined. */
export function podSpecOf(object: KubernetesObject): Record<string, unknown> | undefined {
  const path =
    object.kind === "Pod"
      ? "spec"
      : object.kind === "CronJob"
        ? "spec.jobTemplate.spec.template.spec"
        : "spec.template.spec";
  const spec = recordAt(object, path);
  return Array.isArray(spec.containers) ? spec : undefined;
}
