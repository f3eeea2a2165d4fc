import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { GrantedRight, Plan, PlanBlocker, PlanNotice, PlannedObject } from "../model/plan.ts";
import type { ProblemError } from "../model/problem.ts";
import { because, type ReasonCode } from "../model/reasons.ts";
import {
  API_VERSION,
  type Image,
  type Installation,
  type Provider,
  type ProviderChoice,
} from "../model/resources.ts";
import { actionRights } from "./action-rights.ts";
import { isJobOf } from "./command/program.ts";
import { diffOf } from "./compare.ts";
import { isVolume, pruned } from "./delete.ts";
import type { Cloud } from "./entry.ts";
import { inspect } from "./inspect.ts";
import type { ImageMirror } from "./mirrors.ts";
import { kindMissing, kindName, type Need, needsOf, plannedProviders, says } from "./needs.ts";
import type { Offers } from "./offers.ts";
import { newValues, restarts, rightsAdded } from "./plan-change.ts";
import { plannedCost } from "./plan-cost.ts";
import { counting, mended } from "./plan-notices.ts";
import { prepare, renderContext } from "./prepare.ts";
import { type Amounts, minus, quotaExceeded, quotaLines, usageOf } from "./quota.ts";
import { groupKind, referenceKey, referenceOf } from "./references.ts";
import { type ImageSource, notTrusted, type ResolvedImage, resolveImage, typesOf } from "./resolve.ts";
import { type Revision, type RevisionValues, revisionsOf } from "./revisions.ts";
import { rightsOf } from "./rights.ts";
import type { PolicyRule } from "./rules.ts";
import { type Signable, signableOf } from "./signed.ts";
import { appAccount } from "./tenant.ts";
import { validateInputs } from "./values.ts";

export interface PlanRequest {
  namespace: string;
  /** Name of the installation; default: the repository's. */
  name?: string;
  image: string;
  inputs: Record<string, string>;
  /** Which images bring kinds that it needs; default: what the installation chooses already. */
  providers?: readonly ProviderChoice[] | undefined;
  /** Objects (`Kind/name`) that may be deleted and made anew where a field of theirs cannot be changed. */
  recreate?: readonly string[] | undefined;
  /** The values of a kept revision, when the plan is for going back to it. */
  revision?: RevisionValues;
}

/** What page, CLI and manager know when they plan. */
export interface PlanSources {
  /** Acts for the person; everything is tried in their name. */
  cluster: Cluster;
  images: ImageSource;
  offers: Offers;
  /** Whether images of the organization may change the whole cluster. */
  isTrusted(org: string): boolean;
  provider(name: string): Provider | undefined;
  /** The administrators' default providers, `org/repo[:tag]` by `Kind.group`. */
  defaults: Readonly<Record<string, string>>;
  /** Why the manager may not install an image for the whole cluster: nobody has granted what it needs. */
  objection(image: { name: string; digest: string }): Objection | undefined;
  /** Why an image may not be installed for want of a signature. */
  unsigned(image: Signable): Promise<ProblemError | undefined>;
  cloud: Cloud;
  consoleHosts: readonly string[];
  /** Hosts of the cluster's Ingresses with their namespaces. */
  hostsInUse: ReadonlyMap<string, string>;
  /** What the tenant's editors may do. */
  tenantRules: readonly PolicyRule[];
  imageMirrors?: readonly ImageMirror[];
  /** What amounts of an organization's image cost in a month; undefined where there are no prices. */
  estimate?(organization: string, amounts: Amounts): NonNullable<Plan["cost"]> | undefined;
  /** The container image in which commands of images run; absent where the cluster runs none. */
  runnerImage?: string | undefined;
}

export type Objection = NonNullable<NonNullable<Image["status"]>["objection"]>;

/**
 * What installing (or changing) would do. Nothing is written: every object is tried with a server-side dry run.
 * @throws ProblemError for an unknown image, inputs that are missing or invalid, and an image that cannot be rendered
 */
export async function planInstall(request: PlanRequest, sources: PlanSources): Promise<Plan> {
  const image = await resolveImage(sources.images, request.image);
  const inputs = await validateInputs(image.content, request.inputs);
  return image.content.mode === "application"
    ? planApplication(request, inputs, image, sources)
    : planForEverybody(request, image, sources);
}

/** Provider and shared images: the cluster gets one, or is linked to the one it has. */
async function planForEverybody(
  request: PlanRequest,
  image: ResolvedImage,
  sources: PlanSources,
): Promise<Plan> {
  const { content, digest } = image;
  const provider = sources.provider(image.name);
  const failed = provider?.status?.phase === "Failed";
  const untrusted = !provider && !sources.isTrusted(image.org);
  const objection = provider?.status?.phase === "Ready" ? undefined : sources.objection(image);
  const unsigned = provider ? undefined : await sources.unsigned(signableOf(image));
  const blockers = [
    ...(untrusted ? [blockerOf(notTrusted(image))] : objection ? [ungranted(objection)] : []),
    ...(unsigned ? [blockerOf(unsigned)] : []),
  ];
  return {
    image: request.image,
    digest,
    mode: content.mode,
    title: content.title,
    possible: blockers.length === 0,
    blockers,
    objects: [
      {
        apiVersion: API_VERSION,
        kind: "Provider",
        name: image.name,
        operation: provider ? "link" : "create",
        ...(failed ? problemOf(provider.status) : {}),
      },
    ],
    brings: [
      {
        image: `${image.org}/${image.repo}:${image.tag}`,
        title: content.title,
        ...(content.mode === "provider"
          ? { message: "It runs once for the whole cluster.", reason: "brings-provider" as const }
          : { message: "Everybody shares one.", reason: "brings-shared" as const }),
        installed: provider !== undefined,
      },
    ],
    rights: [
      ...content.permissions.map((message, index) => ({
        message,
        level: "info" as const,
        i18n: Object.fromEntries(
          Object.entries(content.i18n).flatMap(([locale, { permissions }]) =>
            permissions?.[index] ? [[locale, permissions[index]]] : [],
          ),
        ),
      })),
      ...actionRights(content, appAccount(request.namespace), sources.runnerImage !== undefined),
    ],
    quota: [],
    notices: content.warnings.map(mended),
  };
}

async function planApplication(
  request: PlanRequest,
  inputs: Record<string, string>,
  image: ResolvedImage,
  sources: PlanSources,
): Promise<Plan> {
  const { cluster, cloud } = sources;
  const { namespace } = request;
  const name = request.name ?? image.repo;
  const { content, digest } = image;
  const existing = await cluster.find<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name,
  });
  const revisions = existing ? await revisionsOf(cluster, namespace, name) : [];
  // What was installed before goes on, with other inputs too.
  const unsigned = revisions.some(({ data }) => data.digest === digest)
    ? undefined
    : await sources.unsigned(signableOf(image));
  const { context, values, chart } = request.revision
    ? { ...request.revision, values: request.revision.drawn }
    : await newValues(cluster, {
        content,
        name,
        inputs,
        context: renderContext(namespace, cloud),
        newest: revisions[0],
      });
  const types = typesOf(cluster);
  const { consoleHosts, hostsInUse, tenantRules, imageMirrors = [] } = sources;
  const prepared = await prepare({
    installation: { name, namespace },
    image,
    inputs,
    values,
    context,
    cloud,
    types,
    chart,
    runnerImage: sources.runnerImage,
    rules: { consoleHosts, hostsInUse, tenantRules, imageMirrors },
  });
  const chosen = request.providers ?? existing?.spec.providers;
  const needs = await needsOf(prepared.requires, { types, chosen, ...sources });
  const open = needs.filter(({ satisfied }) => !satisfied);
  const untried = new Set(open.flatMap(({ kind }) => (kind ? [groupKind(kind)] : [])));
  // What a rule refuses need not be tried: the cluster's own refusal would only repeat it, less clearly.
  const refused = new Map(
    prepared.blockers.flatMap((blocker) => (blocker.object ? [[referenceKey(blocker.object), blocker]] : [])),
  );
  const inventory = existing?.status?.inventory ?? [];
  const recorded = new Set(inventory.map(referenceKey));
  // A program that was run is not run again, and what it made only its next run can tell.
  const { program } = prepared;
  const objects = prepared.objects.filter(
    (object) => !(program && isJobOf(object, program) && recorded.has(referenceKey(referenceOf(object)))),
  );
  const leaving = program ? [] : pruned(inventory, objects.map(referenceOf));
  const [inspections, quotas, ranges] = await Promise.all([
    inspect(cluster, objects, {
      owner: { kind: "installation", name },
      recorded,
      suspended: existing?.spec.suspended ?? false,
      recreate: new Set(request.recreate),
      untried: (object) => untried.has(groupKind(object)) || refused.has(referenceKey(referenceOf(object))),
    }),
    listed(cluster, "ResourceQuota", namespace),
    listed(cluster, "LimitRange", namespace),
  ]);
  const wanted = inspections.map(({ merged, object }) => merged ?? object);
  const live = inspections.flatMap((each) => (each.live && !each.problem ? [each.live] : []));
  const [before, after] = [usageOf(live, ranges), usageOf(wanted, ranges)];
  const quota = quotaLines(quotas, minus(after, before));
  const installed = (name: string) => sources.provider(name) !== undefined;
  const costed = { namespace, wanted, live, leaving, change: existing !== undefined, ranges, needs };
  const { cost, notices } = await plannedCost(costed, {
    cluster,
    offers: () => sources.offers.list(installed),
    estimate: (amounts) => sources.estimate?.(image.org, amounts),
  });
  const blockers: Plan["blockers"] = [
    ...(unsigned ? [blockerOf(unsigned)] : []),
    ...prepared.blockers,
    ...open.flatMap((need) =>
      need.problem
        ? [blockerOf(need.problem)]
        : need.offers.length === 0
          ? [blockerOf(kindMissing(need))]
          : [],
    ),
    ...(await refusedOffers(open, sources)),
    ...inspections.flatMap(({ problem, reference }) =>
      problem && problem.code !== "quota-exceeded" ? [{ ...blockerOf(problem), object: reference }] : [],
    ),
    ...quota
      .filter(({ fits }) => !fits)
      .map((line) => ({
        code: "quota-exceeded",
        ...quotaExceeded(line.resource, line.added, line.used, line.hard),
      })),
  ];
  return {
    image: request.image,
    digest,
    mode: content.mode,
    title: content.title,
    possible: blockers.length === 0,
    blockers,
    objects: [
      ...inspections.map(
        ({ reference, operation, live: before, merged, problem, replace }): PlannedObject => ({
          ...reference,
          operation,
          ...(replace ? { recreated: true } : {}),
          ...(operation === "change" && before && merged ? { diff: diffOf(before, merged) } : {}),
          ...problemOf(problem ?? refused.get(referenceKey(reference))),
        }),
      ),
      ...leaving.map(
        (reference): PlannedObject => ({
          ...reference,
          operation: isVolume(reference) ? "keep" : "prune",
        }),
      ),
    ],
    ...(existing ? { restarts: inspections.filter(restarts).map(({ reference }) => reference) } : {}),
    brings: open.flatMap(bringing),
    providers: plannedProviders(needs),
    rights: [
      ...(existing
        ? rightsAdded(prepared.objects, inspections, context, inventory)
        : rightsOf(prepared.objects, context.serviceAccount)),
      ...(await rightsOfActions(image, context.serviceAccount, revisions[0], sources)),
    ],
    quota,
    notices: [
      ...prepared.notices,
      ...notices,
      ...content.metering.map(counting),
      ...needless(chosen, needs),
      ...content.warnings.map(mended),
    ],
    ...(cost && { cost }),
  };
}

/** Rights of actions that run programs, marked where the installed version has no such action. */
async function rightsOfActions(
  { org, repo, content }: ResolvedImage,
  account: string,
  installed: Revision | undefined,
  { images, runnerImage }: PlanSources,
): Promise<GrantedRight[]> {
  const rights = actionRights(content, account, runnerImage !== undefined);
  if (!installed || rights.length === 0) return rights;
  const before = await images.read(installed.data.digest, `${org}/${repo}`).then(
    (known) => actionRights(known.content, account, runnerImage !== undefined),
    () => [],
  );
  const given = new Set(before.map(({ message }) => message));
  return rights.map((right) => (given.has(right.message) ? right : { ...right, added: true }));
}

function bringing(need: Need): Plan["brings"] {
  const { offer } = need;
  if (!offer) return [];
  return [
    {
      image: offer.image,
      title: offer.title,
      message: `It brings ${need.what}.`,
      ...because("brings-kind", { what: need.what }),
      installed: need.provider !== undefined,
    },
  ];
}

/** Why one object would be refused, as its row in the plan says it. */
function problemOf(
  said:
    | { message?: string; reason?: ReasonCode | undefined; params?: Record<string, string | number> }
    | undefined,
): Pick<PlannedObject, "problem" | "reason" | "params"> {
  if (!said?.message) return {};
  const { message, reason, params } = said;
  return { problem: message, ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
}

function blockerOf({ code, message, reason, params }: ProblemError): PlanBlocker {
  return { code, message, params, ...(reason ? { reason } : {}) };
}

function ungranted({ message, reason, params }: Objection): PlanBlocker {
  return { code: "not-granted", message, ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
}

/** Of the providers that would come along, each once: what no administrator has allowed, and what is not signed. */
async function refusedOffers(open: readonly Need[], sources: PlanSources): Promise<PlanBlocker[]> {
  const offers = new Map(open.flatMap(({ offer }) => (offer ? [[offer.name, offer]] : [])));
  const brought = new Set(open.flatMap(({ provider }) => provider?.metadata.name ?? []));
  const blockers: PlanBlocker[] = [];
  for (const offer of offers.values()) {
    const objection = sources.objection(offer);
    if (objection) blockers.push(ungranted(objection));
    const unsigned = brought.has(offer.name) ? undefined : await sources.unsigned(offer);
    if (unsigned) blockers.push(blockerOf(unsigned));
  }
  return blockers;
}

/** Choices for kinds that it does not need. */
function needless(chosen: readonly ProviderChoice[] = [], needs: readonly Need[]): PlanNotice[] {
  const needed = new Set(needs.flatMap(({ kind }) => (kind ? [kindName(kind)] : [])));
  return chosen
    .filter(({ kind }) => !needed.has(kind))
    .map(({ kind }) => ({ level: "warning", code: "choice-needless", ...says("choice-needless", { kind }) }));
}

async function listed(cluster: Cluster, kind: string, namespace: string): Promise<KubernetesObject[]> {
  return (await cluster.list<KubernetesObject>({ apiVersion: "v1", kind, namespace })).items;
}
