import type { ImageContent, SourceFile } from "../model/image.ts";
import { because, type Reason } from "../model/reasons.ts";
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

/** What lists and forms need of an image, without its manifests. */
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
        by: action.image
          ? "cmd"
          : action.patch
            ? "patch"
            : action.create
              ? "create"
              : action.apply
                ? "apply"
                : action.delete
                  ? "delete"
                  : "cmd",
      };
      if (action.title) summary.title = action.title;
      if (action.description) summary.description = action.description;
      if (action.group) summary.group = action.group;
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
export function permissionsOf(
  objects: ScannedObject[],
  manifests: SourceFile[],
  runsProgram: boolean,
): Permission[] {
  const said = new Map<string, Permission>();
  const add = (text: string, words: Reason) => said.set(text, { text, words });
  if (runsProgram)
    add(
      "Runs a program of its own with the rights of your workspace's editors; what it makes is not known beforehand.",
      because("permits-program", {}),
    );
  for (const { kind, data } of objects) {
    if (kind !== "Role" && kind !== "ClusterRole") continue;
    const scope = kind === "Role" ? "workspace" : "cluster";
    for (const rule of Array.isArray(data.rules) ? data.rules : []) {
      if (!isRecord(rule)) continue;
      const { text, words } = ruleInWords(rule, scope);
      add(text, words);
    }
  }
  if (manifests.some(({ text }) => /serviceAccount(Name)?:.*SEALOS_SERVICE_ACCOUNT/.test(text))) {
    add("Runs pods with the rights of your workspace.", because("permits-workspace", {}));
  }
  const kinds = new Set(objects.map(({ kind }) => kind));
  if (kinds.has("CustomResourceDefinition")) add("Adds kinds to the cluster.", because("permits-kinds", {}));
  if (kinds.has("ClusterRole") || kinds.has("ClusterRoleBinding"))
    add("Grants rights in the whole cluster.", because("permits-cluster", {}));
  if (kinds.has("Ingress")) add("Takes an address on the internet.", because("permits-address", {}));
  const rights = ({ text }: Permission) => Number(!text.includes("rights"));
  return [...said.values()].sort((a, b) => rights(a) - rights(b) || a.text.localeCompare(b.text));
}

/** What an image may do: the sentence, and which one it is. */
export interface Permission {
  text: string;
  words: Reason;
}

function ruleInWords(rule: Record<string, unknown>, scope: "workspace" | "cluster"): Permission {
  const where = scope === "workspace" ? "in its workspace" : "in the whole cluster";
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const verbs = list(rule.verbs);
  const resources = list(rule.resources);
  const everything = (values: string[]) => values.includes("*");
  const who = "Its accounts may";
  if (everything(verbs) && everything(resources)) {
    const text = `${who} do everything ${where} (at most what you may yourself).`;
    return { text, words: because("permits-everything", { scope }) };
  }
  const changes = verbs.some((verb) => !["get", "list", "watch"].includes(verb));
  const what = everything(resources) ? "every resource" : resources.join(", ");
  const words = because("permits-rule", {
    verbs: changes ? "read change" : "read",
    resources: everything(resources) ? "everything" : what,
    scope,
  });
  return { text: `${who} ${changes ? "read and change" : "read"} ${what} ${where}.`, words };
}
