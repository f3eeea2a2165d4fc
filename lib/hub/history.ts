import { isAlreadyExists, isNotFound } from "../cluster/index.ts";
import type { HistoryEntry } from "../model/editing-views.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Repository } from "../model/resources.ts";
import { changedFields, type RepositoryWords, type WordsField, wordsOf } from "../model/words.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";

/** On a revision: which repository's words it holds. */
const LABEL = "hub.sealos.io/repository";
const KEPT = 30;
/** Bytes of JSON, per repository; the newest two are kept whatever their size. */
const KEPT_BYTES = 2 * 1024 * 1024;

type Recorded = Omit<HistoryEntry, "revision" | "before" | "after"> & { words: RepositoryWords };

type Revision = KubernetesObject & { revision: number; data: Recorded };

const type = (namespace: string) => ({ apiVersion: "apps/v1", kind: "ControllerRevision", namespace });

async function revisionsOf(hub: Hub, repository: string): Promise<Revision[]> {
  const { items } = await hub.cluster.list<Revision>({
    ...type(hub.config.systemNamespace),
    labelSelector: `${LABEL}=${repository}`,
  });
  return items.sort((a, b) => b.revision - a.revision);
}

/** Newest first: who changed what, and when. */
export async function historyOf(hub: Hub, repository: string): Promise<HistoryEntry[]> {
  const revisions = await revisionsOf(hub, repository);
  return revisions.map(({ revision, data: { words, ...data } }, index) => ({
    ...data,
    revision,
    before: only(revisions[index + 1]?.data.words ?? {}, data.changed),
    after: only(words, data.changed),
  }));
}

function only(words: RepositoryWords, fields: WordsField[]): RepositoryWords {
  return Object.fromEntries(Object.entries(words).filter(([field]) => fields.includes(field as WordsField)));
}

/** What the words were after that change. Throws `revision-unknown` for one that is not kept. */
export async function wordsAt(hub: Hub, repository: string, revision: number): Promise<RepositoryWords> {
  const found = (await revisionsOf(hub, repository)).find((each) => each.revision === revision);
  if (!found) throw new SpokenProblem("revision-unknown", { revision });
  return found.data.words;
}

/**
 * Records what a repository's words are now, after a change, and before it if something else had changed them. The
 * number is the repository's generation, so two replicas never record one change twice.
 */
export async function record(
  hub: Hub,
  before: Repository,
  after: Repository,
  by: { user: string; name: string; restored?: number },
): Promise<void> {
  const revisions = await revisionsOf(hub, after.metadata.name);
  const [last] = revisions;
  const was = wordsOf(before);
  const unknown = last ? changedFields(last.data.words, was) : changedFields({}, was);
  if (unknown.length > 0 || !last)
    await keep(hub, before, {
      words: was,
      changed: unknown,
      user: "",
      name: "",
      at: before.metadata.creationTimestamp ?? new Date().toISOString(),
    });
  const now = wordsOf(after);
  await keep(hub, after, {
    words: now,
    changed: changedFields(was, now),
    at: new Date().toISOString(),
    ...by,
  });
  await prune(hub, await revisionsOf(hub, after.metadata.name));
}

async function keep(hub: Hub, { metadata }: Repository, data: Recorded): Promise<void> {
  const revision: Revision = {
    ...type(hub.config.systemNamespace),
    metadata: {
      name: `${metadata.name}.${metadata.uid?.slice(0, 8)}.${metadata.generation ?? 1}`,
      namespace: hub.config.systemNamespace,
      labels: { [LABEL]: metadata.name },
      // The history goes with its repository.
      ownerReferences: [
        { apiVersion: API_VERSION, kind: "Repository", name: metadata.name, uid: metadata.uid ?? "" },
      ],
    },
    revision: metadata.generation ?? 1,
    data,
  };
  await hub.cluster.create(revision).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

async function prune(hub: Hub, newestFirst: Revision[]): Promise<void> {
  let bytes = 0;
  for (const [index, revision] of newestFirst.entries()) {
    bytes += JSON.stringify(revision.data).length;
    if (index < 2 || (index < KEPT && bytes <= KEPT_BYTES)) continue;
    await hub.cluster
      .delete({ ...type(hub.config.systemNamespace), name: revision.metadata.name })
      .catch((error: unknown) => {
        // Another replica was quicker.
        if (!isNotFound(error)) throw error;
      });
  }
}
