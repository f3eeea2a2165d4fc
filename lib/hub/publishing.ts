import { isAlreadyExists } from "../cluster/index.ts";
import type { EditView } from "../model/editing-views.ts";
import { repositoryName } from "../model/names.ts";
import { API_VERSION, type Repository } from "../model/resources.ts";
import { isOciError, parseReference } from "../oci/index.ts";
import { editable, editView } from "./editing.ts";
import { record } from "./history.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { refuse } from "./organizations.ts";
import { type Actor, requireRole, writerOf } from "./roles.ts";

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_NAME = 63;
/** Repositories of one organization that is not trusted; an administrator publishes more. */
const MOST_REPOSITORIES = 100;

export interface Publication {
  organization: string;
  repository: string;
  /** Registry and name, without a tag. */
  source: string;
  visibility: "public" | "private";
}

/** Makes an image visible by its `Repository`; the manager reads its tags. */
export async function publish(hub: Hub, actor: Actor, wanted: Publication): Promise<EditView> {
  const { organization: org, repository: repo, visibility } = wanted;
  const organization = await requireRole(hub, actor, org, "publisher");
  if (!NAME.test(repo) || repo.length > MOST_NAME)
    refuse("repository", "repository-name", { most: MOST_NAME });
  const source = sourceOf(wanted.source);
  const there = hub.catalogue.repositories.list().filter(({ spec }) => spec.organization === org).length;
  if (there >= MOST_REPOSITORIES && !organization.spec.trusted && !actor.administrator)
    throw new SpokenProblem("repositories-too-many", { org, most: MOST_REPOSITORIES });
  try {
    const made = await writerOf(hub, actor, organization).create<Repository>({
      apiVersion: API_VERSION,
      kind: "Repository",
      metadata: { name: repositoryName(org, repo) },
      spec: { organization: org, repository: repo, source, visibility },
    });
    await record(hub, made, made, { user: actor.uid, name: actor.name });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    refuse("repository", "repository-taken", { image: `${org}/${repo}` });
  }
  return editView(hub, actor, org, repo);
}

/** Where the images are, as it is written into the Repository. Throws what is wrong with it at the field `source`. */
export function sourceOf(text: string): string {
  try {
    const { registry, repository, tag, digest } = parseReference(
      text.trim().replace(/^(oci|https?):\/\//, ""),
    );
    if (tag || digest) return refuse("source", "source-with-tag", { source: `${registry}/${repository}` });
    return `${registry}/${repository}`;
  } catch (error) {
    if (!isOciError(error)) throw error;
    return refuse("source", "source-invalid", { source: text.slice(0, 200) });
  }
}

/** Public or private; nothing else of it changes. */
export async function setVisibility(
  hub: Hub,
  actor: Actor,
  org: string,
  repo: string,
  visibility: "public" | "private",
): Promise<EditView> {
  const { repository, writer } = await editable(hub, actor, org, repo);
  await writer.replace<Repository>({ ...repository, spec: { ...repository.spec, visibility } });
  return editView(hub, actor, org, repo);
}

/** Takes it out of the Hub. Refused while it is installed anywhere: those apps could not be mended any more. */
export async function unpublish(hub: Hub, actor: Actor, org: string, repo: string): Promise<void> {
  const { repository, writer } = await editable(hub, actor, org, repo);
  const installs = repository.status?.installs ?? 0;
  if (installs > 0)
    throw new SpokenProblem("repository-installed", { image: `${org}/${repo}`, count: installs });
  await writer.delete({ apiVersion: API_VERSION, kind: "Repository", name: repository.metadata.name });
}
