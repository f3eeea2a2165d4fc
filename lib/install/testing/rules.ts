import { renderSources } from "../render.ts";
import { checkRules, type RuleInput } from "../rules.ts";
import { fileTypes } from "./file-types.ts";

const types = fileTypes();
/** What is known of the namespace and of the cluster. */
export const input: RuleInput = {
  context: { namespace: "ns-a", cloudDomain: "example.com", serviceAccount: "app" },
  consoleHosts: ["hub.example.com", "*.console.example.com"],
  hostsInUse: new Map([
    ["taken.example.com", "ns-b"],
    ["mine.example.com", "ns-a"],
  ]),
  tenantRules: [
    { apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "list", "create"] },
    { apiGroups: ["apps"], resources: ["deployments", "deployments/scale"], verbs: ["get", "patch"] },
  ],
};

/** Holds the objects of an application's one file to the rules. */
export async function check(text: string, more: Partial<RuleInput> = {}) {
  const rendered = await renderSources([{ path: "app.yaml", text, line: 1 }], {}, "ns-a", types);
  return checkRules(rendered, { ...input, ...more });
}

export const meta = (kind: string, rest: string, apiVersion = "v1", metadata = "") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x${metadata && `, ${metadata}`} }\n${rest}`;
export const ingress = (spec: string, annotations = "") =>
  meta("Ingress", `spec: ${spec}`, "networking.k8s.io/v1", annotations && `annotations: ${annotations}`);
export const pod = (spec: string, metadata = "") => meta("Pod", `spec: ${spec}`, "v1", metadata);
export const app = (spec: string) =>
  meta("App", `spec: { name: a, icon: i, type: link, ${spec} }`, "app.sealos.io/v1");
export const rbac = "rbac.authorization.k8s.io/v1";
