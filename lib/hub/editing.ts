import { isConflict } from "../cluster/index.ts";
import type { EditView, HistoryEntry, Saved } from "../model/editing-views.ts";
import { repositoryName } from "../model/names.ts";
import { API_VERSION, type Repository } from "../model/resources.ts";
import {
  changedFields,
  mergeWords,
  type RepositoryWords,
  withoutEmpty,
  withWords,
  wordsOf,
} from "../model/words.ts";
import { historyOf, record, wordsAt } from "./history.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { type Actor, checkRole, findOrganization, roleIn, writerOf } from "./roles.ts";
import { checkWords } from "./words-check.ts";

/** What people edit, for publishers of the organization and for administrators. */
export async function editView(hub: Hub, actor: Actor, org: string, repo: string): Promise<EditView> {
  return viewOf(hub, (await editable(hub, actor, org, repo)).repository);
}

/**
 * Saves what somebody made of `base`. What others changed since stays; where both changed the same, nothing is
 * written: `conflict`, with the fields.
 */
export async function saveWords(
  hub: Hub,
  actor: Actor,
  org: string,
  repo: string,
  asked: { base: RepositoryWords; words: RepositoryWords },
  restored?: number,
): Promise<Saved> {
  const base = withoutEmpty(asked.base);
  const mine = withoutEmpty(asked.words);
  for (let turn = 0; ; turn++) {
    const { repository, writer } = await editable(hub, actor, org, repo);
    const current = wordsOf(repository);
    const merged = mergeWords(base, mine, current);
    if (merged.conflicts.length > 0)
      throw new SpokenProblem(
        "words-conflict",
        { image: `${org}/${repo}` },
        { said: merged.conflicts.map((field) => ({ field, sentence: "field-changed", params: {} })) },
      );
    const wrong = checkWords(merged.words, tagsOf(hub, repository));
    if (wrong.length > 0) throw new SpokenProblem("fields-wrong", {}, { said: wrong });
    if (changedFields(current, merged.words).length === 0)
      return { ...viewOf(hub, repository), taken: merged.taken };
    try {
      const saved = await writer.replace<Repository>({
        ...repository,
        spec: withWords(repository.spec, merged.words),
      });
      await record(hub, repository, saved, {
        user: actor.uid,
        name: actor.name,
        ...(restored !== undefined && { restored }),
      });
      return { ...viewOf(hub, saved), taken: merged.taken };
    } catch (error) {
      if (!isConflict(error) || turn >= 5) throw error;
    }
  }
}

/** Who changed which words, the newest first; for those who may edit them. */
export async function history(
  hub: Hub,
  actor: Actor,
  org: string,
  repo: string,
): Promise<{ items: HistoryEntry[] }> {
  await editable(hub, actor, org, repo);
  return { items: await historyOf(hub, repositoryName(org, repo)) };
}

/** Makes the words what they were after that change. It is a change like any other, and can be undone. */
export async function restore(
  hub: Hub,
  actor: Actor,
  org: string,
  repo: string,
  revision: number,
): Promise<Saved> {
  const { repository } = await editable(hub, actor, org, repo);
  const words = await wordsAt(hub, repository.metadata.name, revision);
  const known = tagsOf(hub, repository);
  const { latest, tags, ...rest } = words;
  // Tags that are gone since take their words with them.
  const still = {
    ...rest,
    ...(latest && known.has(latest) && { latest }),
    ...(tags && { tags: tags.filter(({ name }) => known.has(name)) }),
  };
  return saveWords(hub, actor, org, repo, { base: wordsOf(repository), words: still }, revision);
}

/** The repository as the API server has it now. Throws as if it did not exist to who may not even see it. */
export async function editable(hub: Hub, actor: Actor, org: string, repo: string) {
  const name = repositoryName(org, repo);
  const repository = await hub.cluster.find<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    name,
  });
  const unknown = new SpokenProblem("repository-unknown", { image: `${org}/${repo}` });
  if (!repository) throw unknown;
  const organization = await findOrganization(hub, org);
  if (!actor.administrator && !roleIn(organization, actor.uid)) {
    if (repository.spec.visibility === "private") throw unknown;
    throw new SpokenProblem("organization-publishers-only", { org });
  }
  const current = checkRole(organization, actor, org, "publisher");
  return { repository, writer: writerOf(hub, actor, current) };
}

function tagsOf(hub: Hub, repository: Repository): Set<string> {
  const { organization, repository: repo } = repository.spec;
  return new Set([
    ...(repository.status?.tags ?? []).map(({ name }) => name),
    ...hub.catalogue.imagesOf(organization, repo).keys(),
  ]);
}

function viewOf(hub: Hub, repository: Repository): EditView {
  const { spec, status = {} } = repository;
  const images = hub.catalogue.imagesOf(spec.organization, spec.repository);
  const zh = status.i18n?.zh;
  return {
    words: wordsOf(repository),
    image: withoutEmpty({
      title: status.title,
      description: status.description,
      titleZh: zh?.title,
      descriptionZh: zh?.description,
      categories: status.categories,
      keywords: status.keywords,
    }),
    tags: (status.tags ?? []).map(({ name, deprecated }) => {
      const notes = images.get(name)?.spec.releaseNotes;
      return { name, ...(notes && { releaseNotes: notes }), ...(deprecated && { deprecated }) };
    }),
    latestTag: status.latestTag ?? "",
    visibility: spec.visibility ?? "public",
    source: spec.source ?? "",
  };
}
