import type { Cluster } from "../cluster/index.ts";
import { defaultsOf } from "../install/needs.ts";
import { Offers } from "../install/offers.ts";
import { type PlanSources, planInstall } from "../install/plan.ts";
import { notSigned } from "../install/signed.ts";
import { hostsOf, readTenantRules } from "../install/tenant-rules.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Plan, PlanBlocker } from "../model/plan.ts";
import { type ProblemCode, ProblemError, problems } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import {
  API_VERSION,
  type Image,
  type Installation,
  PROVIDERS,
  type Provider,
  type ProviderChoice,
} from "../model/resources.ts";
import { isOverBudget } from "./budgets.ts";
import type { Hub } from "./hub.ts";
import { pinnedTo, referenceTo, resolveImage } from "./image-of.ts";
import { inputsAfter } from "./input-secrets.ts";
import { estimate, pricesInForce } from "./prices.ts";

interface Wanted {
  image: string;
  inputs: Record<string, string>;
  name?: string;
  providers?: ProviderChoice[] | undefined;
  recreate?: string[] | undefined;
}

const offersOf = new WeakMap<Hub, Offers>();

/** What installing would do, computed as the member by the manager's own code. Nothing is written. */
export async function plan(hub: Hub, uid: string, namespace: string, wanted: Wanted): Promise<Plan> {
  const member = hub.members.clusterOf(uid, namespace);
  const existing = await installed(member, namespace, wanted);
  // Through the catalogue, which knows who may see a private repository.
  const image = await resolveImage(hub, uid, existing ? pinnedTo(existing, wanted.image) : wanted.image);
  const inputs = existing ? await inputsAfter(member, existing, image, wanted.inputs) : wanted.inputs;
  const made = await planInstall(
    { ...wanted, namespace, inputs, image: referenceTo(image) },
    await planSources(hub, member),
  );
  return existing || !isOverBudget(hub, namespace)
    ? made
    : { ...made, possible: false, blockers: [budgetReached, ...made.blockers] };
}

const budgetReached: PlanBlocker = {
  code: "budget-reached",
  message: "The workspace has spent its budget for this month, so nothing new is started.",
  ...because("budget-reached", {}),
};

/** The installation that would be changed. */
async function installed(
  member: Cluster,
  namespace: string,
  { name, image }: Wanted,
): Promise<Installation | undefined> {
  if (!name) return undefined;
  const found = await member.find<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name,
  });
  const repository = (text: string) => text.split(/[:@]/)[0];
  return found && repository(found.spec.image) === repository(image) ? found : undefined;
}

/** The Hub's providers. */
export function hubOffers(hub: Hub): Offers {
  const offers =
    offersOf.get(hub) ??
    new Offers(
      hub.content,
      (org) => hub.catalogue.isTrusted(org),
      (name) => hub.catalogue.repositories.get(undefined, name)?.spec.visibility !== "private",
    );
  offersOf.set(hub, offers);
  return offers;
}

/** The administrators' default providers. */
export function defaultProviders(hub: Hub): Readonly<Record<string, string>> {
  return defaultsOf(hub.informers.core("ConfigMap").get(hub.config.systemNamespace, PROVIDERS));
}

/** What a plan in the name of a member is made of. */
export async function planSources(hub: Hub, member: Cluster): Promise<PlanSources> {
  const { url, imageMirrors, runnerImage, cloudDomain, cloudPort, cloudScheme, certSecretName } = hub.config;
  const ingresses = hub.informers.of<KubernetesObject>({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
  });
  const book = await pricesInForce(hub).catch((err: unknown) => {
    hub.log.warn({ err }, "the prices cannot be read: the plan has no cost");
    return undefined;
  });
  return {
    cluster: member,
    images: hub.content,
    offers: hubOffers(hub),
    isTrusted: (org) => hub.catalogue.isTrusted(org),
    provider: (name) => hub.informers.hub<Provider>("Provider").get(undefined, name),
    defaults: defaultProviders(hub),
    objection: ({ name, digest }) =>
      hub.informers
        .hub<Image>("Image")
        .list()
        .find(({ spec }) => spec.repository === name && spec.digest === digest)?.status?.objection,
    unsigned: (image) =>
      notSigned(image, {
        organization: hub.catalogue.organizations.get(undefined, image.name.split(".")[0] ?? ""),
        everywhere: hub.config.sources.requireSignatures,
        images: hub.content,
      }),
    cloud: { domain: cloudDomain, port: cloudPort, scheme: cloudScheme, certSecretName },
    consoleHosts: [new URL(url).hostname],
    imageMirrors,
    runnerImage,
    hostsInUse: hostsOf(ingresses.list()),
    tenantRules: await readTenantRules(hub.cluster),
    estimate: (organization, amounts) => estimate(book, organization)?.(amounts),
  };
}

/**
 * Throws what stands in the way, so that nothing is recorded that could only fail: the problem has the first blocker's
 * code, and its sentence names all of them.
 */
export async function requirePossible(
  hub: Hub,
  uid: string,
  namespace: string,
  wanted: Wanted,
): Promise<void> {
  const { possible, blockers } = await plan(hub, uid, namespace, wanted);
  const [first] = blockers;
  if (possible || !first) return;
  const { code, reason, params = {} } = first;
  // The rules for manifests have codes of their own, finer than the problems'.
  const known = Object.hasOwn(problems, code) ? (code as ProblemCode) : "manifest-refused";
  throw new ProblemError(known, blockers.map(({ message }) => message).join(" "), {
    ...(reason ? { reason } : {}),
    params: { ...params, ...(known === code ? {} : { rule: code }) },
  });
}
