import { isAlreadyExists } from "../cluster/index.ts";
import { entryOf } from "../install/entry.ts";
import type { Offer } from "../install/offers.ts";
import { notTrusted, type ResolvedImage, resolveImage } from "../install/resolve.ts";
import { because, type Reason } from "../model/reasons.ts";
import { API_VERSION, type Provider } from "../model/resources.ts";
import { isTrusted } from "./access.ts";
import { writeEntry } from "./desktop-entry.ts";
import { wordsOf } from "./provider-status.ts";
import { unsignedProvider } from "./signatures.ts";
import { report, type Subject } from "./subject.ts";
import type { World } from "./world.ts";

/**
 * An Installation of a `provider` or `shared` image: makes sure that the cluster has the one Provider, and links to it.
 * Returns whether it is complete.
 */
export async function bringProvider(
  world: World,
  subject: Subject,
  image: ResolvedImage,
  wanted: string,
): Promise<boolean> {
  const { installation, memory } = subject;
  const provider = await ensureProvider(world, image);
  // The cluster's one decides, also when this tenant's tag is another.
  const digest = provider.spec.image.split("@")[1] ?? image.digest;
  const { content } = digest === image.digest ? image : await resolveImage(world.images, provider.spec.image);
  const { phase, message, address } = provider.status ?? {};
  const linked = { ...image, digest, content };
  await writeEntry(
    world,
    entryOf({
      installation: namesOf(subject),
      image: linked,
      content,
      objects: [],
      address: provider.status?.address,
    }),
  );
  const common = {
    mode: content.mode,
    title: content.title,
    digest,
    inventory: [],
    failingObject: undefined,
    log: undefined,
  };
  const resolved = { type: "Resolved", status: "True" as const, reason: "Resolved", message: digest };
  if (phase === "Ready") {
    const done = (type: string) => ({
      type,
      status: "True" as const,
      reason: "Linked",
      message: `${content.title} is there for the whole cluster.`,
    });
    await report(world, subject, {
      ...common,
      phase: installation.spec.suspended ? "Suspended" : "Running",
      message: `${content.title} is ready.`,
      code: "ready",
      ...because("ready", { title: content.title }),
      progress: { done: 1, total: 1 },
      address,
      conditions: [resolved, ...["ProviderReady", "Applied", "Healthy", "Ready"].map(done)],
    });
    // Only now: what could not be said has to be said again.
    memory.remember([], wanted);
    return false;
  }
  const failed = phase === "Failed";
  const said = message || `${content.title} is being installed for the whole cluster.`;
  const words = wordsOf(provider.status) ?? because("provider-installing", { title: content.title });
  const waiting = {
    status: "False" as const,
    reason: failed ? failureOf(words) : "Installing",
    message: said,
  };
  await report(world, subject, {
    ...common,
    phase: failed ? "Failed" : "Installing",
    message: said,
    code: failed ? "provider-failed" : "provider-installing",
    reason: words.reason,
    params: { ...words.params, title: content.title, provider: image.name },
    progress: { done: 0, total: 1 },
    conditions: [resolved, { type: "ProviderReady", ...waiting }, { type: "Ready", ...waiting }],
  });
  return false;
}

/** The condition's reason: what people can only wait for is told apart from what is broken. */
export function failureOf(words: Reason | undefined): string {
  return words?.reason === "not-granted" || words?.reason === "grant-short" ? "NotGranted" : "ProviderFailed";
}

function namesOf({ installation }: Subject) {
  const { name, namespace = "", uid } = installation.metadata;
  return uid ? { name, namespace, uid } : { name, namespace };
}

/**
 * The cluster's Provider for an image; made when there is none. However many ask at once, there is one.
 * @throws ProblemError `forbidden` when the organization is not trusted, `image-unsigned`
 */
export async function ensureProvider(
  world: World,
  image: Pick<ResolvedImage, "org" | "repo" | "digest" | "name"> | Offer,
): Promise<Provider> {
  const reference = { apiVersion: API_VERSION, kind: "Provider", name: image.name };
  const existing = await world.cluster.find<Provider>(reference);
  if (existing) return existing;
  const [org = "", repo = ""] = "org" in image ? [image.org, image.repo] : image.name.split(".");
  if (!(await isTrusted(world, org))) throw notTrusted({ org, repo });
  const text = `${org}/${repo}@${image.digest}`;
  const unsigned = await unsignedProvider(world, { image: text, name: image.name, digest: image.digest });
  if (unsigned) throw unsigned;
  try {
    return await world.cluster.create<Provider>(
      {
        apiVersion: API_VERSION,
        kind: "Provider",
        metadata: { name: image.name },
        spec: { image: text },
      },
      { fieldManager: "app-manager" },
    );
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return world.cluster.get<Provider>(reference);
  }
}
