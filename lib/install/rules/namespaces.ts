import { isRecord } from "../../images/scan.ts";
import { listAt, textAt } from "../paths.ts";
import { type Blocker, blocker, type Rule } from "./types.ts";

const WAY_OUT = `Leave the namespace out of the manifest, or write \${{ SEALOS_NAMESPACE }}`;

/** An application stays in its tenant's namespace: objects, subjects of role bindings, owners, and services' targets. */
export const namespaces: Rule = (rendered, { context }) => {
  const { object, namespaced } = rendered;
  const { namespace } = context;
  const blockers: Blocker[] = [];
  if (namespaced === false) {
    blockers.push(
      blocker(
        rendered,
        "cluster-scoped",
        `belongs to the whole cluster, and an application may only have what is in its own namespace`,
        "An image of mode provider or shared may bring it",
        {},
      ),
    );
  } else if (object.metadata.namespace !== undefined && object.metadata.namespace !== namespace) {
    const foreign = object.metadata.namespace;
    blockers.push(
      blocker(rendered, "foreign-namespace", `names the namespace ${foreign}, not ${namespace}`, WAY_OUT, {
        namespace: foreign,
        own: namespace,
      }),
    );
  }
  if (object.metadata.ownerReferences?.length) {
    blockers.push(
      blocker(
        rendered,
        "owner-reference",
        "names an owner, and owners outside the namespace would delete it",
        "Leave metadata.ownerReferences out; what is installed together is removed together",
        {},
      ),
    );
  }
  if (object.kind === "RoleBinding") {
    for (const subject of listAt(object, "subjects")) {
      const fault = isRecord(subject) ? subjectFault(rendered, subject, namespace) : undefined;
      if (fault) blockers.push(fault);
    }
  }
  if (object.kind === "Endpoints" || object.kind === "EndpointSlice") {
    blockers.push(
      blocker(
        rendered,
        "endpoints-by-hand",
        "sends traffic to addresses written by hand, which may be other people's",
        "Use a Service with a selector, or one of type ExternalName",
        {},
        "foreign-service",
      ),
    );
  }
  if (object.kind === "Service") blockers.push(...serviceFaults(rendered, namespace));
  return { blockers };
};

function subjectFault(
  rendered: Parameters<Rule>[0],
  given: Record<string, unknown>,
  own: string,
): Blocker | undefined {
  const [subjectKind, subject] = [String(given.kind), String(given.name)];
  if (subjectKind !== "ServiceAccount") {
    const sentence = `gives rights to the ${subjectKind} ${subject}, not to an account of its own`;
    return blocker(rendered, "foreign-subject", sentence, WAY_OUT, { subjectKind, subject });
  }
  if (given.namespace !== undefined && given.namespace !== own) {
    const namespace = String(given.namespace);
    const sentence = `gives rights to the account ${subject} in the namespace ${namespace}`;
    return blocker(rendered, "foreign-account", sentence, WAY_OUT, { subject, namespace }, "foreign-subject");
  }
  return undefined;
}

/** A service that points elsewhere would open another namespace's services, or the cluster's own, to the internet. */
function serviceFaults(rendered: Parameters<Rule>[0], namespace: string): Blocker[] {
  const { object } = rendered;
  const blockers: Blocker[] = [];
  const target = textAt(object, "spec.externalName")?.toLowerCase().replace(/\.$/, "");
  if (target && textAt(object, "spec.type") === "ExternalName") {
    const owner = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(target)?.[1];
    const inside = /(^|\.)(svc|localhost|internal|local)(\.|$)/.test(target) || !target.includes(".");
    const address = /^[\d.]+$|:/.test(target);
    if ((inside && owner !== namespace) || address) {
      blockers.push(
        blocker(
          rendered,
          "foreign-service",
          `points to ${target}, which is not in the namespace ${namespace}`,
          "Point it to a service of this image, or to a name on the internet",
          { target, own: namespace },
        ),
      );
    }
  }
  if (listAt(object, "spec.externalIPs").length > 0) {
    blockers.push(
      blocker(
        rendered,
        "external-ips",
        "takes IP addresses of the cluster (spec.externalIPs)",
        "Use an Ingress, or a service of type NodePort",
        {},
      ),
    );
  }
  return blockers;
}
