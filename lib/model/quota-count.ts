/** What a ResourceQuota calls the number of objects of a kind: `count/clusters.cluster.x-k8s.io`. */
export function countResource(group: string, plural: string): string {
  return `count/${group ? `${plural}.${group}` : plural}`;
}

/** The kind that such a resource counts; undefined for every other resource. */
export function countedKind(resource: string): { plural: string; group: string } | undefined {
  const [, plural, group = ""] = /^count\/([^.]+)(?:\.(.+))?$/.exec(resource) ?? [];
  return plural === undefined ? undefined : { plural, group };
}
