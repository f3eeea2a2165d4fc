import { isNotFound } from "../cluster/index.ts";
import { ImageError, ImageUnavailable } from "../images/index.ts";
import { imageName } from "../model/names.ts";
import { API_VERSION, type Image, type Repository } from "../model/resources.ts";
import type { SignatureVerdict } from "../model/signature.ts";
import { isCompanionTag, type PublicKey, signatureTag } from "../oci/index.ts";
import { asked, type Place } from "../sources/index.ts";
import { indexed, indexImage } from "./catalogue.ts";
import { keysOf, sayVerified } from "./signatures.ts";
import { type ConditionUpdate, withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** Questions to one registry at a time, and images read at a time: each may be some dozen MiB. */
const HEADS = 8;
const READS = 4;
const MANY = 20;
const LONGEST_MS = 30 * 60_000;
const NEXT_STEP: Record<string, string> = {
  unauthorized: "Check the organization's registry credentials.",
  denied: "Give the organization's registry account the right to read it.",
};

/** What is remembered of a repository between two looks at its registry. */
export interface SourceMemory {
  failures: number;
  /** Digests that are no images, with the reason: they will not become some. */
  broken: Map<string, ImageError>;
  /** Many tags are being read, each of which will be told of. */
  readsMany?: boolean;
  /** Digests that are signed with none of the keys: the signatures and keys that this was found of. */
  foreign: Map<string, string>;
}

/**
 * Brings the catalogue up to date with a repository's registry: one Image per tag, read only where the digest is new.
 * A registry that is down, or sends something else than it says, changes nothing; the condition `Indexed` says so.
 * Undefined for a repository that is in no registry; otherwise when to look again.
 */
export async function indexRegistry(
  world: World,
  name: string,
  memory: SourceMemory,
): Promise<{ requeueAfterMs: number } | undefined> {
  const repository = await world.cluster.find<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    name,
  });
  if (!repository) return undefined;
  let problems: string[];
  let wait = world.pollMs;
  try {
    const place = await asked(async () => world.registries.placeOf(repository));
    if (!place) return undefined;
    problems = await lookAt(world, repository, place, memory);
    memory.failures = 0;
    await say(
      world,
      name,
      problems.length === 0
        ? { type: "Indexed", status: "True", reason: "Read", message: "" }
        : {
            type: "Indexed",
            status: "False",
            reason: "SomeTagsUnreadable",
            message: `${problems.length === 1 ? "One tag is" : `${problems.length} tags are`} not shown as the registry has ${problems.length === 1 ? "it" : "them"}. ${problems.slice(0, 5).join(" ")}`,
          },
    );
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    memory.failures++;
    const code = error instanceof ImageUnavailable ? error.code : "unreadable";
    const reason = code.replace(/(^|-)([a-z])/g, (_, _dash: string, letter: string) => letter.toUpperCase());
    const kept = "What was known of it stays, and it is tried again.";
    const message = [error.message, NEXT_STEP[code], kept].filter(Boolean).join(" ");
    await say(world, name, { type: "Indexed", status: "False", reason, message });
    const asksFor = error instanceof ImageUnavailable ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    wait = Math.max(
      asksFor,
      Math.min(LONGEST_MS, 5_000 * 2 ** Math.min(memory.failures, 12), 6 * world.pollMs),
    );
  }
  // Many repositories of one registry do not come all at once.
  return { requeueAfterMs: wait * (0.85 + Math.random() * 0.3) };
}

/** Returns a sentence for each tag that could not be read. */
async function lookAt(
  world: World,
  repository: Repository,
  place: Place,
  memory: SourceMemory,
): Promise<string[]> {
  const { organization: org, repository: repo } = repository.spec;
  const name = repository.metadata.name;
  const known = new Map(
    world.catalogue
      .list()
      .flatMap((image) => (image.spec.repository === name ? [[image.spec.tag, image] as const] : [])),
  );
  const keys = keysOf(world, org);
  const where = { org, place: place.name };
  // A key that was taken away counts no more, whether or not the registry can be asked.
  for (const image of known.values()) {
    const key = image.status?.signature?.key;
    if (key && !keys.some(({ fingerprint }) => fingerprint === key))
      await sayVerified(world, image, { state: keys.length > 0 ? "WrongKey" : "NoKeys" }, where);
  }
  const listed = await asked(() => place.registry.tags(place.repository));
  const tags = listed.filter((tag) => !isCompanionTag(tag));
  const companions = new Set(listed.filter(isCompanionTag));
  const signers = new Map(
    [...known.values()].map(({ status }) => [status?.signature?.digest, status?.signature?.key]),
  );
  const judge = (digest: string) => {
    const signed = companions.has(signatureTag(digest));
    return verdictOf(world, { name, digest, keys, place, memory, signed, signer: signers.get(digest) });
  };
  const news: { tag: string; digest: string }[] = [];
  const gone: string[] = [];
  await each(tags, HEADS, async (tag) => {
    const found = await asked(() => place.registry.head(place.repository, tag));
    const image = known.get(tag);
    if (!found) gone.push(tag);
    else if (image?.spec.digest !== found.digest || !indexed(image)) news.push({ tag, digest: found.digest });
  });
  const problems: string[] = [];
  memory.readsMany = news.length > MANY;
  const reading = each(news, READS, async ({ tag, digest }) => {
    const broken = memory.broken.get(digest);
    try {
      if (broken) throw broken;
      const { size, createdAt } = await world.images.read(digest, name);
      await indexImage(world, {
        org,
        repo,
        tag,
        digest,
        size,
        createdAt: createdAt || new Date().toISOString(),
        verdict: await judge(digest),
        place: place.name,
      });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      throwIfAway(error);
      if (!(error instanceof ImageUnavailable)) memory.broken.set(digest, error);
      problems.push(`${tag}: ${error.message}`);
    }
  });
  await reading.finally(() => {
    memory.readsMany = false;
  });
  const seen = [...known.values()].filter(({ spec }) => !news.some(({ tag }) => tag === spec.tag));
  await each(seen, READS, async (image) => {
    try {
      await sayVerified(world, image, await judge(image.spec.digest), where);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      throwIfAway(error);
      problems.push(`${image.spec.tag}: ${error.message}`);
    }
  });
  const there = new Set(tags.filter((tag) => !gone.includes(tag)));
  for (const [tag, image] of known) if (!there.has(tag)) await retire(world, `${org}/${repo}`, image);
  for (const tag of there) {
    const image = known.get(tag);
    if (image?.status?.conditions?.some(({ type, status }) => type === "Published" && status === "False"))
      await sayOfImage(world, imageName(org, repo, tag), {
        type: "Published",
        status: "True",
        reason: "InRegistry",
        message: "",
      });
  }
  return problems.sort();
}

/** The registry as a whole is away: the rest would only fail alike. */
function throwIfAway(error: ImageError): void {
  if (error instanceof ImageUnavailable && !/mismatch|not-found/.test(error.code)) throw error;
}

interface Judged {
  name: string;
  digest: string;
  keys: readonly PublicKey[];
  place: Place;
  memory: SourceMemory;
  /** Whether the list of tags has its signatures. */
  signed: boolean;
  /** Fingerprint of the key that the catalogue has as its signer's. */
  signer: string | undefined;
}

/**
 * Whether an image is signed with one of the keys. The list of tags says of unsigned ones that they are, and the
 * catalogue of which key a signature was; only signatures of others are asked after at every look, with one HEAD.
 */
async function verdictOf(world: World, image: Judged): Promise<SignatureVerdict> {
  const { name, digest, keys, place, memory, signed, signer } = image;
  if (keys.length === 0) return { state: "NoKeys" };
  if (!signed) return { state: "Unsigned" };
  if (signer && keys.some(({ fingerprint }) => fingerprint === signer))
    return { state: "Signed", key: signer };
  // Taken before the signatures are read: one that comes meanwhile is looked at next time.
  const found = await asked(() => place.registry.head(place.repository, signatureTag(digest)));
  const mark = JSON.stringify([found?.digest, keys.map(({ fingerprint }) => fingerprint)]);
  if (memory.foreign.get(digest) === mark) return { state: "WrongKey" };
  const verdict = await world.images.signature(name, digest, keys);
  if (verdict.state === "WrongKey") memory.foreign.set(digest, mark);
  return verdict;
}

/** A tag that the registry has no more: its Image goes, unless somebody has it installed. */
async function retire(world: World, repository: string, image: Image): Promise<void> {
  const { tag, digest } = image.spec;
  const installed = world.installations.list().filter(({ spec, status }) => {
    const [named = ""] = spec.image.split(/[:@]/);
    return named === repository && (spec.image === `${repository}:${tag}` || status?.digest === digest);
  }).length;
  const provided = world.providers.get(undefined, repository.replace("/", "."))?.spec.image.endsWith(digest);
  if (installed === 0 && !provided) {
    await world.cluster
      .delete({ apiVersion: API_VERSION, kind: "Image", name: image.metadata.name })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    return;
  }
  const message = `The tag ${tag} was removed from the registry. It is kept here because it is installed; choose another tag for what is installed anew.`;
  await sayOfImage(world, image.metadata.name, {
    type: "Published",
    status: "False",
    reason: "TagRemoved",
    message,
  });
}

async function say(world: World, name: string, condition: ConditionUpdate): Promise<void> {
  await write(world, "Repository", name, condition);
}

async function sayOfImage(world: World, name: string, condition: ConditionUpdate): Promise<void> {
  await write(world, "Image", name, condition);
}

async function write(
  world: World,
  kind: "Repository" | "Image",
  name: string,
  condition: ConditionUpdate,
): Promise<void> {
  const object = await world.cluster.find<Repository | Image>({ apiVersion: API_VERSION, kind, name });
  if (!object) return;
  const now = new Date().toISOString();
  const before = object.status?.conditions;
  await writeStatus(world.cluster, object, {
    conditions: withConditions(before, [condition], object.metadata.generation, now),
    ...(kind === "Repository" ? { checkedAt: now } : {}),
  });
}

/** Some at a time; the first failure ends it once what runs has ended. */
async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  let failure: { error: unknown } | undefined;
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined && !failure; next = waiting.shift())
      await work(next).catch((error: unknown) => {
        failure ??= { error };
      });
  });
  await Promise.all(workers);
  if (failure) throw failure.error;
}
