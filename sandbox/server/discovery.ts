import { groupVersion } from "./objects.ts";
import { compareVersions, type Registry, type ResourceType } from "./registry.ts";

/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery, for `/api` or `/apis`. */
export function aggregated(registry: Registry, core: boolean, version: string) {
  const groups = registry.groups().filter((group) => (group === "") === core);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group ? { name: group } : {},
      versions: registry.versionsOf(group).map((served) => ({
        version: served,
        resources: (registry.inGroupVersion(groupVersion(group, served)) ?? []).map(describe),
        freshness: "Current",
      })),
    })),
  };
}

function describe(type: ResourceType) {
  return {
    resource: type.plural,
    responseKind: {
      group: type.custom ? type.group : "",
      version: type.custom ? type.version : "",
      kind: type.kind,
    },
    scope: type.namespaced ? "Namespaced" : "Cluster",
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && { shortNames: type.shortNames }),
    ...(type.categories.length > 0 && { categories: type.categories }),
    ...(type.subresources.size > 0 && {
      subresources: [...type.subresources].map(([subresource, { group, version, kind, verbs }]) => {
        const foreign = group !== type.group || version !== type.version;
        return {
          subresource,
          responseKind: {
            group: foreign || type.custom ? group : "",
            version: foreign || type.custom ? version : "",
            kind,
          },
          verbs,
        };
      }),
    }),
  };
}

export function apiVersions(host: string) {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: host }],
  };
}

export function apiGroup(registry: Registry, group: string) {
  const versions = registry
    .versionsOf(group)
    .map((version) => ({ groupVersion: groupVersion(group, version), version }));
  const preferredVersion = [...versions].sort((a, b) => compareVersions(a.version, b.version))[0];
  return { name: group, versions, preferredVersion };
}

export function apiGroupList(registry: Registry) {
  const groups = registry.groups().filter(Boolean);
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map((group) => apiGroup(registry, group)) };
}

export function apiResourceList(registry: Registry, apiVersion: string) {
  const resources = registry.inGroupVersion(apiVersion);
  if (!resources) return;
  return {
    kind: "APIResourceList",
    ...(apiVersion !== "v1" && { apiVersion: "v1" }),
    groupVersion: apiVersion,
    resources: resources.flatMap((type) => [
      {
        name: type.plural,
        singularName: type.singular,
        namespaced: type.namespaced,
        kind: type.kind,
        verbs: type.verbs,
        ...(type.shortNames.length > 0 && { shortNames: type.shortNames }),
        ...(type.categories.length > 0 && { categories: type.categories }),
        ...(type.storageVersionHash && { storageVersionHash: type.storageVersionHash }),
      },
      ...[...type.subresources].map(([name, { group, version, kind, verbs }]) => ({
        name: `${type.plural}/${name}`,
        singularName: "",
        namespaced: type.namespaced,
        ...((group !== type.group || version !== type.version) && { group, version }),
        kind,
        verbs,
      })),
    ]),
  };
}
