import { type Cluster, isForbidden, isNotFound } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, annotation, type Installation, label } from "../../model/resources.ts";
import type { Timeline, TimelineSubject } from "../../model/timeline.ts";
import { groupKind } from "../references.ts";
import type { Revision } from "../revisions.ts";
import { type Journal, journalOf } from "./departed.ts";
import { readableKinds } from "./kinds.ts";
import { merged } from "./merge.ts";
import { departedIn, type TimelineSources } from "./sources.ts";

/**
 * The timeline of a workspace, an installation or an instance. Everything is read in the name of whoever asks, so that
 * Kubernetes decides what they see; kinds that they may not read are named.
 */
export async function readTimeline(
  cluster: Cluster,
  namespace: string,
  subject: TimelineSubject = {},
): Promise<Timeline> {
  return merged(await readSources(cluster, namespace, subject), subject);
}

async function readSources(
  cluster: Cluster,
  namespace: string,
  { installation, instance }: TimelineSubject,
): Promise<TimelineSources> {
  const unread = new Set<string>();
  const list = async <T extends KubernetesObject>(
    type: { apiVersion: string; kind: string },
    labelSelector?: string,
  ): Promise<T[]> => {
    try {
      const selector = labelSelector ? { labelSelector } : {};
      return (await cluster.list<T>({ ...type, namespace, ...selector })).items;
    } catch (error) {
      if (!isForbidden(error) && !isNotFound(error)) throw error;
      if (isForbidden(error)) unread.add(type.kind);
      return [];
    }
  };
  const hub = (kind: string) => ({ apiVersion: API_VERSION, kind });
  const ofInstallation = installation ? `${label.installation}=${installation}` : label.installation;
  const [installations, journal, revisions, runs, events, accounts, kinds] = await Promise.all([
    list<Installation>(hub("Installation")),
    readableJournal(cluster, namespace),
    list<Revision>({ apiVersion: "apps/v1", kind: "ControllerRevision" }, ofInstallation),
    list<ActionRun>(hub("ActionRun")),
    list<KubernetesObject>({ apiVersion: "v1", kind: "Event" }),
    list<KubernetesObject>({ apiVersion: "v1", kind: "ServiceAccount" }, label.member),
    installation || instance ? [] : readableKinds(cluster, namespace),
  ]);
  const wanted = new Map<string, { apiVersion: string; kind: string; labelSelector?: string }>();
  for (const { metadata, status } of installations)
    if (!instance && (!installation || metadata.name === installation))
      // Nobody's passwords are read to tell the time.
      for (const { apiVersion, kind } of status?.inventory ?? [])
        if (kind !== "Secret")
          wanted.set(groupKind({ apiVersion, kind }), { apiVersion, kind, labelSelector: ofInstallation });
  // A provider's kinds are listed whole: people make instances by hand.
  for (const type of instance ? [instance] : kinds) wanted.set(groupKind(type), type);
  const objects = await Promise.all(
    [...wanted.values()].map(({ apiVersion, kind, labelSelector }) =>
      list<KubernetesObject>({ apiVersion, kind }, labelSelector),
    ),
  );
  return {
    installations,
    departed: departedIn(journal?.data),
    revisions,
    runs,
    events,
    objects: objects.flat(),
    people: new Map(
      accounts.flatMap(({ metadata }) => {
        const uid = metadata.labels?.[label.member];
        return uid ? [[uid, metadata.annotations?.[annotation.displayName] ?? uid] as const] : [];
      }),
    ),
    unread: [...unread].sort(),
  };
}

async function readableJournal(cluster: Cluster, namespace: string): Promise<Journal | undefined> {
  try {
    return await journalOf(cluster, namespace);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}
