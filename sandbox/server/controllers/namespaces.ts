import type { Entry } from "../../store/store.ts";
import { type Backend, parse } from "../cluster.ts";
import { type Fields, type KubeObject, list, text, timestamp } from "../objects.ts";
import { createObject, systemWrite } from "../write.ts";
import { remove } from "./garbage.ts";
import { Queue } from "./queue.ts";

const FINALIZER = "kubernetes";

/** Fills new namespaces with what every pod relies on, and empties those that are being deleted. */
export function tendNamespaces(backend: Backend): () => void {
  const { store } = backend;
  const queue = new Queue((name) => tend(backend, name));
  const unsubscribe = store.subscribe(undefined, ({ type, entry }) => {
    if (entry.resource === "namespaces" && type !== "DELETED") queue.add(entry.name);
    else if (type !== "ADDED" && entry.namespace) {
      const relied = entry.resource === "serviceaccounts" || entry.resource === "configmaps";
      if (relied || store.get("namespaces", "", entry.namespace)?.deleting) queue.add(entry.namespace);
    }
  });
  for (const entry of store.list("namespaces")) queue.add(entry.name);
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function tend(backend: Backend, name: string): void {
  const entry = backend.store.get("namespaces", "", name);
  if (!entry) return;
  if (entry.deleting) empty(backend, entry);
  else furnish(backend, name);
}

function furnish(backend: Backend, namespace: string): void {
  make(backend, "v1", "ServiceAccount", { metadata: { name: "default", namespace } });
  make(backend, "v1", "ConfigMap", {
    metadata: {
      name: "kube-root-ca.crt",
      namespace,
      annotations: {
        "kubernetes.io/description":
          "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
      },
    },
    data: { "ca.crt": "" },
  });
  backend.store.settle();
}

/** Creates an object of the server's own unless there is one of that name. */
export function make(backend: Backend, apiVersion: string, kind: string, rest: Fields): void {
  const type = backend.registry.byKind(apiVersion, kind);
  const object = { apiVersion, kind, ...rest } as KubeObject;
  if (!type || backend.store.get(type.storage, object.metadata.namespace ?? "", object.metadata.name)) return;
  createObject(backend, type, object, systemWrite(backend, "kube-controller-manager"));
}

function empty(backend: Backend, entry: Entry): void {
  const { store, registry } = backend;
  const left: Entry[] = [];
  for (const resource of store.resources()) {
    for (const content of [...store.list(resource, entry.name)]) {
      if (resource === "namespaces") continue;
      if (!content.deleting) remove(backend, content);
      const still = store.byUid(content.uid);
      if (still) left.push(still);
    }
  }
  const type = registry.byKind("v1", "Namespace");
  if (!type) return;
  const namespace = parse(type, store.get("namespaces", "", entry.name) ?? entry);
  if (left.length === 0) {
    const finalizers = list(namespace, "spec", "finalizers").filter((name) => name !== FINALIZER);
    namespace.spec = { finalizers };
    if (finalizers.length > 0 || (namespace.metadata.finalizers?.length ?? 0) > 0) {
      if (
        list(namespace, "status", "conditions").length > 0 ||
        text(namespace, "status", "phase") !== "Terminating"
      ) {
        namespace.status = { phase: "Terminating" };
        store.put("namespaces", namespace);
      }
    } else store.remove("namespaces", namespace);
  } else {
    const before = structuredClone(namespace);
    namespace.status = { phase: "Terminating", conditions: remaining(backend, left) };
    if (JSON.stringify(terminal(namespace)) !== JSON.stringify(terminal(before))) {
      const options = { manager: "kube-controller-manager", subresource: "status", now: backend.now() };
      store.put("namespaces", backend.machinery.track(type, before, namespace, options));
    }
  }
  store.settle();
}

const terminal = (namespace: KubeObject) =>
  (list(namespace, "status", "conditions") as Fields[]).map(({ type, message }) => `${type}: ${message}`);

function remaining(backend: Backend, left: Entry[]) {
  const now = timestamp(backend.now());
  const count = (key: (entry: Entry) => string[], word: string) => {
    const counts = new Map<string, number>();
    for (const entry of left) for (const name of key(entry)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts]
      .sort()
      .map(([name, number]) => `${name} ${word} ${number} resource instances`)
      .join(", ");
  };
  const resources = count((entry) => {
    const [group, plural] = entry.resource.includes("/") ? entry.resource.split("/") : ["", entry.resource];
    return [`${plural}.${group}`];
  }, "has");
  const finalizers = count((entry) => {
    const type = backend.registry.byStorage(entry.resource);
    return (type && parse(type, entry).metadata.finalizers) ?? [];
  }, "in");
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    type,
    status: status ? "True" : "False",
    lastTransitionTime: now,
    reason,
    message,
  });
  return [
    condition(
      "NamespaceDeletionDiscoveryFailure",
      false,
      "ResourcesDiscovered",
      "All resources successfully discovered",
    ),
    condition(
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    condition(
      "NamespaceDeletionContentFailure",
      false,
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    condition(
      "NamespaceContentRemaining",
      true,
      "SomeResourcesRemain",
      `Some resources are remaining: ${resources}`,
    ),
    finalizers
      ? condition(
          "NamespaceFinalizersRemaining",
          true,
          "SomeFinalizersRemain",
          `Some content in the namespace has finalizers remaining: ${finalizers}`,
        )
      : condition(
          "NamespaceFinalizersRemaining",
          false,
          "ContentHasNoFinalizers",
          "All content-preserving finalizers finished",
        ),
  ];
}
