import type { ImageContent, SourceFile } from "../model/image.ts";
import type { ActionSummary, InputDeclaration, Mode, Requirement } from "../model/resources.ts";
import { isRecord, type ScannedObject } from "./scan.ts";

/** What an `Image` resource says about its content (its `spec`, without repository, tag and digest). */
export interface ImageDescription {
  mode: Mode;
  version: string;
  inputs: InputDeclaration[];
  actions: ActionSummary[];
  requires: Requirement[];
  permissions: string[];
  containerImages: string[];
}

export function describeImage(content: ImageContent): ImageDescription {
  const { mode, version, inputs, requires, permissions, containerImages } = content;
  return {
    mode,
    version,
    inputs,
    requires,
    permissions,
    containerImages,
    actions: content.actions.map((action) => {
      const summary: ActionSummary = {
        name: action.name,
        by: action.patch ? "patch" : action.apply ? "apply" : action.delete ? "delete" : "cmd",
      };
      if (action.title) summary.title = action.title;
      if (action.description) summary.description = action.description;
      if (action.phase) summary.phase = action.phase;
      if (action.inputs.length > 0) summary.inputs = action.inputs;
      return summary;
    }),
  };
}

/** Groups that every cluster serves, or that the Hub itself brings. */
function isBuiltIn(apiVersion: string): boolean {
  const [group = ""] = apiVersion.includes("/") ? apiVersion.split("/") : [""];
  if (!group.includes(".")) return true;
  return group.endsWith(".k8s.io") || group === "app.sealos.io" || group.endsWith("hub.sealos.io");
}

/** Custom kinds that the manifests use and do not bring themselves. */
export function customKinds(objects: ScannedObject[]): Requirement[] {
  const brought = new Set(
    objects.filter(({ kind }) => kind === "CustomResourceDefinition").map(({ data }) => definedKind(data)),
  );
  const found = new Map<string, Requirement>();
  for (const { apiVersion, kind } of objects) {
    if (isBuiltIn(apiVersion) || apiVersion.includes("${{")) continue;
    if (brought.has(`${apiVersion.split("/")[0]}/${kind}`)) continue;
    found.set(`${apiVersion}/${kind}`, { apiVersion, kind });
  }
  return [...found.values()];
}

function definedKind(data: Record<string, unknown>): string {
  const spec = isRecord(data.spec) ? data.spec : {};
  const names = isRecord(spec.names) ? spec.names : {};
  return `${String(spec.group)}/${String(names.kind)}`;
}

/** What the image's pods may do, in plain words, from its Roles and the accounts its pods run as. */
export function permissionsOf(objects: ScannedObject[], manifests: SourceFile[]): string[] {
  const said = new Set<string>();
  for (const { kind, data } of objects) {
    if (kind !== "Role" && kind !== "ClusterRole") continue;
    const where = kind === "Role" ? "in its workspace" : "in the whole cluster";
    for (const rule of Array.isArray(data.rules) ? data.rules : []) {
      if (isRecord(rule)) said.add(ruleInWords(rule, where));
    }
  }
  if (manifests.some(({ text }) => /serviceAccount(Name)?:.*SEALOS_SERVICE_ACCOUNT/.test(text))) {
    said.add("Runs pods with the rights of your workspace.");
  }
  const kinds = new Set(objects.map(({ kind }) => kind));
  if (kinds.has("CustomResourceDefinition")) said.add("Adds kinds to the cluster.");
  if (kinds.has("ClusterRole") || kinds.has("ClusterRoleBinding"))
    said.add("Grants rights in the whole cluster.");
  if (kinds.has("Ingress")) said.add("Takes an address on the internet.");
  return [...said].sort(
    (a, b) => Number(!a.includes("rights")) - Number(!b.includes("rights")) || a.localeCompare(b),
  );
}

function ruleInWords(rule: Record<string, unknown>, where: string): string {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const verbs = list(rule.verbs);
  const resources = list(rule.resources);
  const everything = (values: string[]) => values.includes("*");
  const who = "Its accounts may";
  if (everything(verbs) && everything(resources)) {
    return `${who} do everything ${where} (at most what you may yourself).`;
  }
  const changes = verbs.some((verb) => !["get", "list", "watch"].includes(verb));
  const what = everything(resources) ? "every resource" : resources.join(", ");
  return `${who} ${changes ? "read and change" : "read"} ${what} ${where}.`;
}
