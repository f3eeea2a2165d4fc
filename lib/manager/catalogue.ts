import { createHash } from "node:crypto";
import semver from "semver";
import { isAlreadyExists } from "../cluster/index.ts";
import { describeImage, ImageError } from "../images/index.ts";
import { equal } from "../install/compare.ts";
import type { ImageContent } from "../model/image.ts";
import { imageName, parseImageReference, repositoryName } from "../model/names.ts";
import { API_VERSION, type Image, type Organization, type Repository } from "../model/resources.ts";
import type { SignatureVerdict } from "../model/signature.ts";
import { keysOf, sayVerified, verifiedStatus } from "./signatures.ts";
import { withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** The organization whose images ship with the Hub; administrators may take its trust away. */
const OWN_ORGANIZATION = "labring";

/**
 * Makes sure that what the content store holds is in the catalogue: its organizations, repositories and one Image per
 * tag. Only what is missing or changed is written, and nothing is deleted.
 */
export async function indexContent(world: World): Promise<void> {
  const stored = await world.store.list();
  const repositories = new Map<string, { org: string; repo: string }>();
  for (const entry of stored) {
    const reference = parseImageReference(entry.reference);
    if (!reference) continue;
    const { org, repo, tag } = reference;
    const name = repositoryName(org, repo);
    const source = world.repositories.get(undefined, name)?.spec.source;
    // Its images are in a registry now; what the store has under the name is of before.
    if (source && source !== "content") continue;
    if (!repositories.has(name)) {
      await ensureOrganization(world, org);
      await ensureRepository(world, org, repo);
      repositories.set(name, { org, repo });
    }
    const known = world.catalogue.get(undefined, imageName(org, repo, tag));
    const { digest } = entry;
    const verdict = await storedSignature(world, name, digest);
    const place = `--layout CONTENT_DIR ${org}/${repo}`;
    if (known?.spec.digest === digest && indexed(known))
      await sayVerified(world, known, verdict, { org, place });
    else await indexImage(world, { ...entry, org, repo, tag, verdict, place });
  }
}

/** Damage to one image's signatures keeps no other image from being shown. */
async function storedSignature(world: World, name: string, digest: string): Promise<SignatureVerdict> {
  try {
    return await world.images.signature(name, digest, keysOf(world, name.split(".")[0] ?? ""));
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    world.log.warn({ image: `${name}@${digest}`, problem: error.message }, "a signature cannot be read");
    return { state: "Unsigned" };
  }
}

/** Whether it was read, with whatever outcome. */
export function indexed({ status }: Image): boolean {
  return status?.conditions?.some(({ type }) => type === "Indexed") ?? false;
}

async function ensureOrganization(world: World, org: string): Promise<void> {
  if (world.organizations.get(undefined, org)) return;
  await createOnce(world, {
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name: org },
    spec: org === OWN_ORGANIZATION ? { displayName: "Labring", trusted: true } : {},
  } satisfies Organization);
}

async function ensureRepository(world: World, org: string, repo: string): Promise<void> {
  if (world.repositories.get(undefined, repositoryName(org, repo))) return;
  await createOnce(world, {
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: repositoryName(org, repo) },
    // Of what is found in the store, only our own is shown to everybody.
    spec: {
      organization: org,
      repository: repo,
      source: "content",
      visibility: org === OWN_ORGANIZATION ? "public" : "private",
    },
  } satisfies Repository);
}

async function createOnce(world: World, object: Organization | Repository | Image): Promise<void> {
  try {
    await world.cluster.create(object, { fieldManager: "app-manager" });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

interface StoredTag {
  org: string;
  repo: string;
  tag: string;
  digest: string;
  size: number;
  createdAt: string;
  verdict: SignatureVerdict;
  /** Where it is signed, for people. */
  place: string;
}

/** Writes one tag's Image from its content, and what is wrong with it as its conditions. */
export async function indexImage(world: World, stored: StoredTag): Promise<void> {
  const { org, repo, tag, digest, size, createdAt, verdict } = stored;
  const name = imageName(org, repo, tag);
  const reference = { apiVersion: API_VERSION, kind: "Image", name };
  let image = await world.cluster.find<Image>(reference);
  let problem = "";
  try {
    const { content } = await world.images.read(digest, repositoryName(org, repo));
    const spec: Image["spec"] = {
      repository: repositoryName(org, repo),
      tag,
      digest,
      size,
      createdAt,
      ...describeImage(content),
      readmeDigest: readmeDigest(content),
    };
    if (!image) await createOnce(world, { apiVersion: API_VERSION, kind: "Image", metadata: { name }, spec });
    else if (!equal({ ...image.spec, ...spec }, image.spec))
      await world.cluster.patch(reference, { spec }, { type: "merge", fieldManager: "app-manager" });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    problem = error.message;
    world.log.warn({ image: `${org}/${repo}:${tag}`, problem }, "an image cannot be read");
  }
  image = await world.cluster.find<Image>(reference);
  if (!image) return;
  const status = problem ? ("False" as const) : ("True" as const);
  const said = {
    type: "Indexed",
    status,
    reason: problem ? "Unreadable" : "Read",
    message: problem || digest,
  };
  // One that cannot be read leaves the Image at what was there before, and that one's signature holds.
  const verified = image.spec.digest === digest ? verifiedStatus(verdict, digest, stored) : undefined;
  const conditions = withConditions(
    image.status?.conditions,
    [said, ...(verified ? [verified.condition] : [])],
    image.metadata.generation,
    new Date().toISOString(),
  );
  await writeStatus(world.cluster, image, {
    conditions,
    ...(verified ? { signature: verified.signature } : {}),
  });
}

function readmeDigest({ readmes }: ImageContent): string {
  const text = Object.keys(readmes)
    .sort()
    .map((locale) => `${locale}\n${readmes[locale]}`)
    .join("\n");
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Brings one repository's status up to date: tags (newest first), latest tag and what it says, installs. */
export async function summarize(world: World, name: string): Promise<void> {
  const repository = await world.cluster.find<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    name,
  });
  if (!repository) return;
  const images = world.catalogue.list().filter(({ spec }) => spec.repository === name);
  const said = new Map((repository.spec.tags ?? []).map((words) => [words.name, words]));
  const tags = images
    .map(({ spec }) => ({
      name: spec.tag,
      digest: spec.digest,
      size: spec.size ?? 0,
      createdAt: spec.createdAt ?? new Date(0).toISOString(),
      ...deprecation({ ...spec, ...said.get(spec.tag) }),
    }))
    .sort((a, b) => newestFirst(a, b));
  const pinned = tags.find((tag) => tag.name === repository.spec.latest)?.name;
  const latestTag = pinned ?? latestOf(tags);
  const latest = images.find(({ spec }) => spec.tag === latestTag);
  const content = latest && (await readable(world, latest.spec.digest, name));
  const { organization, repository: repo } = repository.spec;
  const image = `${organization}/${repo}`;
  const installs = world.installations
    .list()
    .filter(({ spec }) => spec.image.split(/[:@]/)[0] === image).length;
  await writeStatus(world.cluster, repository, {
    tags,
    installs,
    verified: world.organizations.get(undefined, organization)?.spec.trusted === true,
    latestTag,
    mode: latest?.spec.mode,
    ...(content
      ? {
          title: content.title,
          description: content.description,
          categories: content.categories,
          keywords: content.keywords,
          i18n: content.i18n,
        }
      : {}),
  });
}

async function readable(world: World, digest: string, repository: string): Promise<ImageContent | undefined> {
  try {
    return (await world.images.read(digest, repository)).content;
  } catch (error) {
    // The Image's own conditions say what is wrong with it.
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

/** What the publisher wrote in the Hub goes before what the image says. */
function deprecation({ deprecated, deprecatedReason }: { deprecated?: boolean; deprecatedReason?: string }) {
  return deprecated ? { deprecated, ...(deprecatedReason && { deprecatedReason }) } : {};
}

type Tag = { name: string; createdAt: string; deprecated?: boolean };

function newestFirst(a: Tag, b: Tag): number {
  const [left, right] = [semver.coerce(a.name), semver.coerce(b.name)];
  if (left && right) return semver.rcompare(left, right) || b.createdAt.localeCompare(a.createdAt);
  if (left || right) return left ? -1 : 1;
  return b.createdAt.localeCompare(a.createdAt);
}

/** The highest version that is not deprecated; without versions, the newest tag. `latest` is only a name. */
function latestOf(tags: readonly Tag[]): string | undefined {
  const usable = tags.filter(({ deprecated }) => !deprecated);
  const versions = usable.filter(({ name }) => semver.valid(name) && semver.prerelease(name) === null);
  const loose = usable.filter(({ name }) => semver.coerce(name) && name !== "latest");
  const [best] = [...(versions.length > 0 ? versions : loose.length > 0 ? loose : usable)].sort(newestFirst);
  return best?.name ?? tags[0]?.name;
}
