import { randomBytes } from "node:crypto";
import { isAlreadyExists } from "../cluster/index.ts";
import { applyInspected } from "../install/apply.ts";
import { renderChart } from "../install/chart/render.ts";
import { deleteObjects, pruned } from "../install/delete.ts";
import { type Inspection, inspect } from "../install/inspect.ts";
import { type Prepared, prepare, renderContext } from "../install/prepare.ts";
import { minus, quotaExceeded, quotaLines, usageOf } from "../install/quota.ts";
import { referenceKey, referenceOf, unionOf } from "../install/references.ts";
import { kindMissing, needsOf, type ResolvedImage, typesOf } from "../install/resolve.ts";
import {
  REPOSITORY,
  type Revision,
  type RevisionValues,
  readValues,
  revisionHash,
  revisionObject,
  storedValues,
  valuesIn,
  valuesName,
  valuesSecret,
} from "../install/revisions.ts";
import { hostsOf } from "../install/tenant-rules.ts";
import { drawValues, validateInputs } from "../install/values.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because, type Reason } from "../model/reasons.ts";
import type { Installation } from "../model/resources.ts";
import { writeEntry } from "./desktop-entry.ts";
import { ensureProvider, failureOf } from "./for-everybody.ts";
import { wordsOf } from "./provider-status.ts";
import { installerUser, report, type Subject } from "./subject.ts";
import { suspended } from "./suspend.ts";
import type { World } from "./world.ts";

/**
 * Applies an application image in its namespace, in the name of the namespace's installer. What is to be said of it is
 * left in the memory for the status that follows. Returns false while a provider is on its way: its readiness brings the
 * Installation back.
 * @throws ProblemError for everything that people have to change
 */
export async function installApplication(
  world: World,
  subject: Subject,
  image: ResolvedImage,
  revisions: readonly Revision[],
  wanted: string,
): Promise<boolean> {
  const { cluster } = world;
  const { installation, memory } = subject;
  const { name, namespace = "" } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const owner = { kind: "installation" as const, name };

  const { hash, values } = await valuesOf(world, installation, image, revisions);
  const inputs = await validateInputs(image.content, values.inputs);
  const prepared = await render(world, subject, image, inputs, values);
  const [blocker] = prepared.blockers;
  if (blocker)
    throw new ProblemError("manifest-refused", blocker.message, {
      ...(blocker.reason ? { reason: blocker.reason } : {}),
      params: { rule: blocker.code, ...blocker.object, ...blocker.params },
    });
  const keep = () => keepRevision(world, subject, hash, values, image, revisions);
  if (await waitsForProvider(world, subject, image, prepared, keep)) return false;

  const objects = installation.spec.suspended ? prepared.objects.map(suspended) : prepared.objects;
  const recorded = installation.status?.inventory ?? [];
  const inspections = skipFinishedJobs(
    await inspect(installer, objects, {
      owner,
      recorded: new Set(recorded.map(referenceKey)),
      followed: (reference) => world.children.get(reference),
    }),
    subject,
  );
  const refused = inspections.find(({ problem }) => problem);
  if (refused?.problem) throw refused.problem;
  await checkQuota(world, namespace, inspections);

  const revision = await keep();
  const references = objects.map(referenceOf);
  const unchanged = inspections.every(({ operation }) => operation === "unchanged");
  const leftOver = pruned(recorded, references);
  const reported = {
    mode: image.content.mode,
    title: image.content.title,
    digest: image.digest,
    revision,
    address: prepared.address,
  };
  const done = (type: string, message = "") => ({ type, status: "True" as const, reason: "Done", message });
  if (!unchanged || unionOf(references, recorded).length !== recorded.length) {
    const starting = phaseWhileApplying(installation);
    await report(world, subject, {
      ...reported,
      phase: starting,
      message: `${image.content.title} is being installed.`,
      code: "applying",
      ...because("applying", { title: image.content.title }),
      failingObject: undefined,
      log: undefined,
      inventory: unionOf(references, recorded),
      progress: { done: 0, total: references.length },
      conditions: [
        done("Resolved", image.digest),
        done("ProviderReady"),
        { type: "Applied", status: "False", reason: "Applying", message: "" },
        ...(starting === "Installing"
          ? [
              { type: "Healthy", status: "Unknown" as const, reason: "Applying", message: "" },
              { type: "Ready", status: "False" as const, reason: "Installing", message: "" },
            ]
          : []),
      ],
    });
  }
  // The icon shows the progress, so it comes first.
  await writeEntry(world, prepared.entry);
  for (const reference of references) world.children.follow(reference);
  const applied = await applyInspected(installer, inspections, { owner, signal: world.signal });

  const { kept } = await deleteObjects(installer, leftOver, { owner, volumes: "keep", signal: world.signal });
  await trimRevisions(world, installation, revisions, hash);
  memory.unsaid = {
    ...reported,
    inventory: unionOf(references, kept),
    conditions: [
      done("Resolved", image.digest),
      done("ProviderReady"),
      done("Applied", `${references.length} objects, revision ${revision}`),
    ],
  };
  memory.remember(
    applied.map(({ object }) => object),
    wanted,
  );
  return true;
}

async function render(
  world: World,
  { installation }: Subject,
  image: ResolvedImage,
  inputs: Record<string, string>,
  values: RevisionValues,
): Promise<Prepared> {
  const { name, namespace = "", uid } = installation.metadata;
  return prepare({
    installation: { name, namespace, ...(uid ? { uid } : {}) },
    image,
    inputs,
    values: values.drawn,
    context: values.context,
    chart: values.chart,
    cloud: world.cloud,
    types: typesOf(world.cluster),
    rules: {
      consoleHosts: world.consoleHosts,
      imageMirrors: world.imageMirrors,
      hostsInUse: hostsOf(world.ingresses.list()),
      tenantRules: await world.tenantRules(),
    },
  });
}

/** The values of the wanted revision: kept ones if it exists, else those of before with new inputs. */
async function valuesOf(
  world: World,
  installation: Installation,
  image: ResolvedImage,
  revisions: readonly Revision[],
): Promise<{ hash: string; values: RevisionValues }> {
  const { cluster } = world;
  const { name, namespace = "" } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const secrets = await Promise.all(
    (installation.spec.inputsFrom ?? []).map(async ({ secretRef }) => {
      const secret = await installer.find<KubernetesObject>({
        apiVersion: "v1",
        kind: "Secret",
        namespace,
        name: secretRef.name,
      });
      if (!secret)
        throw new ProblemError(
          "input-missing",
          `The Secret ${secretRef.name}, which holds inputs, does not exist. Fill in the inputs again.`,
          because("secret-missing", { secret: secretRef.name }),
        );
      return secret;
    }),
  );
  const plain = installation.spec.inputs ?? {};
  const hash = revisionHash(
    image.digest,
    plain,
    secrets.map(({ metadata }) => ({
      name: metadata.name,
      uid: metadata.uid ?? "",
      resourceVersion: metadata.resourceVersion ?? "",
    })),
  );
  const wanted = valuesName(name, hash);
  const known = revisions.some(({ data }) => data.values === wanted);
  const kept = known && (await readValues(installer, namespace, wanted));
  if (kept) return { hash, values: kept };
  // Without its revision, they may have been written by a process that ended there.
  const stored = await storedValues(installer, namespace, name);
  const written = stored.find(({ metadata }) => metadata.name === wanted);
  const found = written && valuesIn(written);
  if (found) return { hash, values: found };
  const context = renderContext(namespace, world.cloud);
  const inputs = Object.assign({}, plain, ...secrets.map(decoded)) as Record<string, string>;
  const before = await keptBefore(world, installation, image, revisions, stored);
  const drawn = await drawValues(image.content, context, randomBytes, before?.drawn);
  const chart = await renderChart(installer, {
    content: image.content,
    name,
    inputs: await validateInputs(image.content, inputs),
    drawn,
    context,
    earlier: before?.chart,
  });
  return { hash, values: { inputs, drawn, context, ...(chart ? { chart } : {}) } };
}

function decoded(secret: KubernetesObject): Record<string, string> {
  const data = (secret.data ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** Values kept by an earlier revision, or by an earlier life of this app whose volumes were kept. */
async function keptBefore(
  { cluster }: World,
  installation: Installation,
  image: ResolvedImage,
  revisions: readonly Revision[],
  stored: readonly KubernetesObject[],
): Promise<RevisionValues | undefined> {
  const { namespace = "" } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  for (const { data } of revisions) {
    const values = await readValues(installer, namespace, data.values);
    if (values) return values;
  }
  const repository = `${image.org}/${image.repo}`;
  const [newest] = stored
    .filter(({ metadata }) => metadata.annotations?.[REPOSITORY] === repository)
    .sort((a, b) => (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""));
  return newest && valuesIn(newest);
}

/** Records the revision before anything is applied; a crash in between finds it again by its name. */
async function keepRevision(
  { cluster }: World,
  subject: Subject,
  hash: string,
  values: RevisionValues,
  image: ResolvedImage,
  revisions: readonly Revision[],
): Promise<number> {
  const { installation } = subject;
  const installer = cluster.as(installerUser(installation.metadata.namespace ?? ""));
  const number = (revisions[0]?.revision ?? 0) + 1;
  const wanted = revisionObject(installation, hash, number, image.digest);
  const known = revisions.find(({ metadata }) => metadata.name === wanted.metadata.name);
  if (known && known === revisions[0] && known.data.image === wanted.data.image) return known.revision;
  await ignoringExisting(
    installer.create(valuesSecret(installation, hash, values), { fieldManager: "app-manager" }),
  );
  if (known) {
    subject.restored = known !== revisions[0];
    // An older revision wanted again becomes the newest, as Deployments do it. `data` cannot be changed.
    if (known.data.image !== wanted.data.image) await installer.delete(referenceOf(known));
    else {
      await installer.patch(
        referenceOf(known),
        { revision: number },
        { type: "merge", fieldManager: "app-manager" },
      );
      return number;
    }
  }
  await ignoringExisting(installer.create(wanted, { fieldManager: "app-manager" }));
  return number;
}

async function ignoringExisting(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

async function trimRevisions(
  { cluster }: World,
  installation: Installation,
  revisions: readonly Revision[],
  current: string,
): Promise<void> {
  const { namespace = "", name } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const limit = installation.spec.revisionHistoryLimit ?? 10;
  const older = revisions.filter(({ metadata }) => metadata.name !== `${name}-${current}`).slice(limit - 1);
  for (const revision of older) {
    const secret = { apiVersion: "v1", kind: "Secret", namespace, name: revision.data.values };
    if (await installer.find(secret)) await installer.delete(secret);
    await installer.delete(referenceOf(revision));
  }
}

/** Brings the providers that the manifests need. True while one of them is not ready. */
async function waitsForProvider(
  world: World,
  subject: Subject,
  image: ResolvedImage,
  prepared: Prepared,
  keep: () => Promise<number>,
): Promise<boolean> {
  const needs = await needsOf(prepared.requires, {
    types: typesOf(world.cluster),
    offers: world.offers,
    provider: (name) => world.providers.get(undefined, name),
  });
  const open = needs.filter(({ satisfied }) => !satisfied);
  const missing = open.find(({ offers }) => offers.length === 0);
  if (missing) throw kindMissing(missing);
  if (open.length === 0) return false;
  let said = "";
  let failed = false;
  let title = "";
  let words: Reason | undefined;
  let named = "";
  for (const { offers, provider } of open) {
    const [offer] = offers;
    if (!offer) continue;
    const now = provider ?? (await ensureProvider(world, offer));
    title ||= offer.title;
    named ||= offer.name;
    failed ||= now.status?.phase === "Failed";
    said ||= now.status?.message || `${offer.title} is being installed for the whole cluster first.`;
    words ??= wordsOf(now.status) ?? because("provider-first", { title: offer.title });
  }
  const waiting = {
    status: "False" as const,
    reason: failed ? failureOf(words) : "Installing",
    message: said,
  };
  // Drawn names and hosts are kept from here on: the icon shows them already.
  await keep();
  await report(world, subject, {
    mode: image.content.mode,
    title: image.content.title,
    digest: image.digest,
    phase: failed ? "Failed" : "Installing",
    message: said,
    code: failed ? "provider-failed" : "provider-installing",
    reason: words?.reason,
    params: { ...words?.params, title, provider: named },
    failingObject: undefined,
    log: undefined,
    progress: { done: 0, total: prepared.objects.length },
    conditions: [
      { type: "Resolved", status: "True", reason: "Done", message: image.digest },
      { type: "ProviderReady", ...waiting },
      { type: "Ready", ...waiting },
    ],
  });
  await writeEntry(world, prepared.entry);
  return true;
}

/** Pods are made by controllers, so the API server would refuse them only after everything else is there. */
async function checkQuota(
  world: World,
  namespace: string,
  inspections: readonly Inspection[],
): Promise<void> {
  const changing = inspections.filter(({ operation }) => operation !== "unchanged");
  if (changing.length === 0) return;
  const quotas = world.quotas.list(namespace);
  if (quotas.length === 0) return;
  const { items: ranges } = await world.cluster.as(installerUser(namespace)).list<KubernetesObject>({
    apiVersion: "v1",
    kind: "LimitRange",
    namespace,
  });
  const wanted = usageOf(
    changing.map(({ merged, object }) => merged ?? object),
    ranges,
  );
  const live = usageOf(
    changing.flatMap(({ live: before }) => (before ? [before] : [])),
    ranges,
  );
  const short = quotaLines(quotas, minus(wanted, live)).find(({ fits }) => !fits);
  if (!short) return;
  const { message, ...words } = quotaExceeded(short.resource, short.added, short.used, short.hard);
  throw new ProblemError("quota-exceeded", message, words);
}

/** A Job that is done and removed itself after its time is not run again. */
function skipFinishedJobs(inspections: Inspection[], { installation }: Subject): Inspection[] {
  const applied = installation.status?.conditions?.find(({ type }) => type === "Applied");
  if (applied?.status !== "True" || applied.observedGeneration !== installation.metadata.generation)
    return inspections;
  return inspections.filter(({ object, live }) => live || !removesItself(object));
}

/** Whether the object is a Job that vanishes once it is done. */
function removesItself(object: KubernetesObject): boolean {
  const spec = object.spec as { ttlSecondsAfterFinished?: number } | undefined;
  return object.kind === "Job" && spec?.ttlSecondsAfterFinished !== undefined;
}

function phaseWhileApplying({ status }: Installation): "Installing" | "Running" | "Degraded" {
  return status?.phase === "Running" || status?.phase === "Degraded" ? status.phase : "Installing";
}
