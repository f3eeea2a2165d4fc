import { applyInspected } from "../install/apply.ts";
import { deleteObjects, pruned } from "../install/delete.ts";
import { type Inspection, inspect } from "../install/inspect.ts";
import { kindMissing, needsOf } from "../install/needs.ts";
import { type Prepared, prepare } from "../install/prepare.ts";
import { minus, quotaExceeded, quotaLines, usageOf } from "../install/quota.ts";
import { referenceKey, referenceOf, unionOf } from "../install/references.ts";
import { type ResolvedImage, typesOf } from "../install/resolve.ts";
import { type Revision, type RevisionValues, valuesName } from "../install/revisions.ts";
import { hostsOf } from "../install/tenant-rules.ts";
import { validateKept } from "../install/values.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because, type Reason } from "../model/reasons.ts";
import type { Installation, InstallationPhase } from "../model/resources.ts";
import { secretsIn } from "./actions/masked.ts";
import { addressMade, at, pending, ran, settle, supersede } from "./command.ts";
import { writeEntry } from "./desktop-entry.ts";
import { ensureProvider, failureOf } from "./for-everybody.ts";
import { wordsOf } from "./provider-status.ts";
import { keepRevision, trimRevisions, valuesOf } from "./revisions.ts";
import { installerUser, report, type Subject } from "./subject.ts";
import { isOpen } from "./upgrade.ts";
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

  const revised = await valuesOf(world, installation, image, revisions);
  const { hash, values } = revised;
  const inputs = await validateKept(image.content, values.inputs);
  const prepared = await render(world, subject, image, inputs, values);
  const [blocker] = prepared.blockers;
  if (blocker)
    throw new ProblemError("manifest-refused", blocker.message, {
      ...(blocker.reason ? { reason: blocker.reason } : {}),
      params: { rule: blocker.code, ...blocker.object, ...blocker.params },
    });
  const keep = () => keepRevision(world, subject, revised, image, revisions);
  if (await waitsForProvider(world, subject, image, prepared, keep)) return false;

  const { program } = prepared;
  const objects = program ? await pending(world, installation, program, prepared.objects) : prepared.objects;
  const recorded = installation.status?.inventory ?? [];
  const inspections = skipFinishedJobs(
    await inspect(installer, objects, {
      owner,
      recorded: new Set(recorded.map(referenceKey)),
      suspended: program ? false : world.isToStop(installation),
      recreate: new Set(installation.spec.upgrade?.recreate),
      followed: (reference) => world.children.get(reference),
    }),
    installation,
    revisions[0]?.data.values === valuesName(name, hash) ? revisions[0].revision : undefined,
    program?.job,
  );
  const refused = inspections.find(({ problem }) => problem);
  if (refused?.problem) throw refused.problem;
  await checkQuota(world, namespace, inspections);

  const revision = await keep();
  const former = unionOf(recorded, await supersede(world, subject, program));
  const references = prepared.objects.map(referenceOf);
  const unchanged = inspections.every(({ operation }) => operation === "unchanged");
  const reported = {
    mode: image.content.mode,
    title: image.content.title,
    digest: image.digest,
    revision,
    // Where a program's app answers is known once the program has ended.
    address: program ? installation.status?.address : prepared.address,
    meters: prepared.meters.length > 0 ? prepared.meters : undefined,
  };
  const done = (type: string, message = "") => ({ type, status: "True" as const, reason: "Done", message });
  if (!unchanged || unionOf(references, recorded).length !== recorded.length) {
    const stopping = !program && world.isToStop(installation);
    const starting = phaseWhileApplying(installation, stopping);
    await report(world, subject, {
      ...reported,
      phase: starting,
      ...wordsWhileApplying(installation, stopping, image.content.title),
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
  await writeEntry(world, program ? at(prepared.entry, reported.address) : prepared.entry);
  for (const reference of references) world.children.follow(reference);
  const applied = await applyInspected(installer, inspections, { owner, signal: world.signal });

  const settled = program ? await settle(world, installation, program) : undefined;
  const made = settled?.objects ?? [];
  if (program && settled?.outcome === "done") {
    reported.address = addressMade(world, made);
    await writeEntry(world, at(prepared.entry, reported.address));
  }
  // Until a program has ended well, nobody knows what of its former run stays.
  const staying = settled && settled.outcome !== "done" ? former : [];
  const wantedNow = unionOf(references, made.map(referenceOf), staying);
  const { kept } = await deleteObjects(installer, pruned(former, wantedNow), {
    owner,
    volumes: "keep",
    signal: world.signal,
  });
  await trimRevisions(world, installation, revisions, hash);
  const inventory = unionOf(wantedNow, kept);
  for (const object of made) world.made.follow(object);
  const running = settled?.outcome === "running";
  memory.unsaid = {
    ...reported,
    inventory,
    conditions: [
      done("Resolved", image.digest),
      done("ProviderReady"),
      running
        ? { type: "Applied", status: "False", reason: "CommandRunning", message: "" }
        : done(
            "Applied",
            `${inventory.length} object${inventory.length === 1 ? "" : "s"}, revision ${revision}`,
          ),
      ...(program && settled?.outcome === "done" ? [ran(program)] : []),
    ],
  };
  memory.hidden = secretsIn(image.content, values);
  // What is remembered as applied is not looked at until it changes; a program's end is still to come.
  if (running) memory.applied = undefined;
  else memory.remember([...applied.map(({ object }) => object), ...made], wanted);
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
    runnerImage: world.runnerImage,
    rules: {
      consoleHosts: world.consoleHosts,
      imageMirrors: world.imageMirrors,
      hostsInUse: hostsOf(world.ingresses.list()),
      tenantRules: await world.tenantRules(),
    },
  });
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
    defaults: world.defaults(),
    chosen: subject.installation.spec.providers,
  });
  const open = needs.filter(({ satisfied }) => !satisfied);
  for (const need of open) {
    if (need.problem) throw need.problem;
    if (need.offers.length === 0) throw kindMissing(need);
  }
  if (open.length === 0) return false;
  let said = "";
  let failed = false;
  let title = "";
  let words: Reason | undefined;
  let named = "";
  for (const { offer, provider } of open) {
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

/** A Job that is done and removed itself after its time is not run again by the revision that ran it. */
function skipFinishedJobs(
  inspections: Inspection[],
  { status }: Installation,
  revision: number | undefined,
  command: string | undefined,
): Inspection[] {
  const applied = status?.conditions?.find(({ type }) => type === "Applied");
  if (applied?.status !== "True" || revision === undefined || status?.revision !== revision)
    return inspections;
  return inspections.filter(
    ({ object, live }) => live || object.metadata.name === command || !removesItself(object),
  );
}

/** Whether the object is a Job that vanishes once it is done. */
function removesItself(object: KubernetesObject): boolean {
  const spec = object.spec as { ttlSecondsAfterFinished?: number } | undefined;
  return object.kind === "Job" && spec?.ttlSecondsAfterFinished !== undefined;
}

function phaseWhileApplying({ status }: Installation, stopping: boolean): InstallationPhase {
  const phase = status?.phase;
  if (isOpen(status?.upgrade)) return "Installing";
  if (phase === "Running" || phase === "Degraded") return phase;
  return phase === "Suspended" && stopping ? phase : "Installing";
}

function wordsWhileApplying({ status }: Installation, stopping: boolean, title: string) {
  const message = (text: string) => `${title} is ${text}.`;
  if (stopping)
    return { message: message("being stopped"), code: "stopping", ...because("stopping", { title }) };
  if (status?.phase === "Suspended")
    return { message: message("starting"), code: "starting", ...because("app-starting", { title }) };
  return { message: message("being installed"), code: "applying", ...because("applying", { title }) };
}
