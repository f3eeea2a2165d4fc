import { createHash } from "node:crypto";
import type { Entry } from "../../store/store.ts";
import { type Backend, parse } from "../cluster.ts";
import { at, type Fields, isFields, type KubeObject, list, text, timestamp } from "../objects.ts";
import type { Column, ResourceType, ScalePaths, Subresource } from "../registry.ts";
import { finish, remove } from "./garbage.ts";
import { Queue } from "./queue.ts";

const CRDS = "apiextensions.k8s.io/customresourcedefinitions";
const CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
const VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/** Serves the kinds that CustomResourceDefinitions define, as they come, change and go. */
export function serveCustomResources(backend: Backend): () => void {
  const { store } = backend;
  const queue = new Queue((name) => {
    const entry = store.get(CRDS, "", name);
    if (entry?.deleting) cleanUp(backend, entry);
    else if (entry) establish(backend, entry);
  });
  const unsubscribe = store.subscribe(undefined, ({ type, entry }) => {
    if (entry.resource === CRDS) {
      if (type === "DELETED") backend.registry.setCustom(storageOf(entry.name), []);
      else queue.add(entry.name);
    } else if (type === "DELETED" && entry.resource.includes(".")) {
      const [group, plural] = entry.resource.split("/");
      if (store.get(CRDS, "", `${plural}.${group}`)?.deleting) queue.add(`${plural}.${group}`);
    }
  });
  for (const entry of store.list(CRDS)) {
    establish(backend, entry);
    queue.add(entry.name);
  }
  return () => {
    unsubscribe();
    queue.stop();
  };
}

/** `postgresqls.acid.zalan.do` is kept under `acid.zalan.do/postgresqls`. */
function storageOf(name: string): string {
  const dot = name.indexOf(".");
  return `${name.slice(dot + 1)}/${name.slice(0, dot)}`;
}

function establish(backend: Backend, entry: Entry): void {
  const type = backend.registry.byStorage(CRDS);
  if (!type) return;
  const crd = parse(type, entry);
  const taken = nameTaken(backend, crd);
  if (!taken) backend.registry.setCustom(storageOf(entry.name), typesOf(crd));
  const status = statusOf(backend, crd, taken);
  const finalizers = new Set(crd.metadata.finalizers ?? []);
  if (JSON.stringify(status) === JSON.stringify(crd.status) && finalizers.has(CLEANUP)) return;
  crd.status = status;
  crd.metadata.finalizers = [...finalizers.add(CLEANUP)];
  backend.store.put(CRDS, crd);
  backend.store.settle();
}

/** Another definition of the same group that already has one of the names; undefined when they are free. */
function nameTaken(backend: Backend, crd: KubeObject): string | undefined {
  const group = text(crd, "spec", "group");
  for (const type of backend.registry.all()) {
    if (type.group !== group || type.storage === storageOf(crd.metadata.name)) continue;
    if (type.kind === text(crd, "spec", "names", "kind")) return `"${type.kind}" is already in use`;
  }
  return;
}

function statusOf(backend: Backend, crd: KubeObject, taken: string | undefined): Fields {
  const now = timestamp(backend.now());
  const before = list(crd, "status", "conditions") as Fields[];
  const condition = (type: string, status: string, reason: string, message: string): Fields => {
    const old = before.find((known) => known.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastTransitionTime, reason, message };
  };
  const names = at(crd, "spec", "names") as Fields;
  const storage = (list(crd, "spec", "versions") as Fields[]).find((version) => version.storage);
  const stored = new Set(list(crd, "status", "storedVersions"));
  if (storage) stored.add(storage.name);
  return {
    conditions: taken
      ? [
          condition("NamesAccepted", "False", "KindConflict", taken),
          condition("Established", "False", "NotAccepted", "not all names are accepted"),
        ]
      : [
          condition("NamesAccepted", "True", "NoConflicts", "no conflicts found"),
          condition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
    acceptedNames: taken ? { plural: "", kind: "" } : names,
    storedVersions: [...stored],
  };
}

function typesOf(crd: KubeObject): ResourceType[] {
  const spec = crd.spec as Fields;
  const group = String(spec.group);
  const names = spec.names as Fields;
  const versions = list(spec, "versions") as Fields[];
  const storageVersion = String(versions.find((version) => version.storage)?.name);
  return versions
    .filter((version) => version.served)
    .map((version) => {
      const name = String(version.name);
      const own: Subresource = {
        group,
        version: name,
        kind: String(names.kind),
        verbs: ["get", "patch", "update"],
      };
      const subresources = new Map<string, Subresource>();
      const declared = isFields(version.subresources) ? version.subresources : {};
      if (declared.status) subresources.set("status", own);
      if (isFields(declared.scale)) {
        subresources.set("scale", { ...own, group: "autoscaling", version: "v1", kind: "Scale" });
      }
      return {
        group,
        version: name,
        kind: String(names.kind),
        listKind: String(names.listKind),
        plural: String(names.plural),
        singular: String(names.singular),
        namespaced: spec.scope === "Namespaced",
        shortNames: list(names, "shortNames") as string[],
        categories: list(names, "categories") as string[],
        verbs: VERBS,
        subresources,
        storage: storageOf(crd.metadata.name),
        storageVersionHash: storageVersionHash(group, storageVersion, String(names.kind)),
        custom: {
          uid: crd.metadata.uid,
          openAPIV3Schema: (at(version, "schema", "openAPIV3Schema") ?? {}) as Fields,
          columns: list(version, "additionalPrinterColumns") as Column[],
          selectable: list(version, "selectableFields").map((field) =>
            (text(field, "jsonPath") ?? "").replace(/^\./, ""),
          ),
          scale: isFields(declared.scale) ? scalePaths(declared.scale) : undefined,
          storageVersion,
        },
      } as ResourceType;
    });
}

/** As kube-apiserver computes it: the beginning of a digest of the form in which objects are kept. */
function storageVersionHash(group: string, version: string, kind: string): string {
  const digest = createHash("sha256").update(`${group}/${version}/${kind}`).digest();
  return digest.subarray(0, 8).toString("base64");
}

function scalePaths(scale: Fields): ScalePaths {
  const path = (value: unknown) => String(value).replace(/^\./, "").split(".");
  return {
    specReplicas: path(scale.specReplicasPath),
    statusReplicas: path(scale.statusReplicasPath),
    ...(scale.labelSelectorPath ? { selector: path(scale.labelSelectorPath) } : {}),
  };
}

/** Deletes all objects of a kind whose definition is going; then the definition may go. */
function cleanUp(backend: Backend, entry: Entry): void {
  const { store } = backend;
  const storage = storageOf(entry.name);
  if (!backend.registry.byStorage(storage)) {
    const type = backend.registry.byStorage(CRDS);
    if (type) backend.registry.setCustom(storage, typesOf(parse(type, entry)));
  }
  for (const content of [...store.list(storage)]) if (!content.deleting) remove(backend, content);
  if (store.count(storage) === 0) finish(backend, entry, CLEANUP);
}
