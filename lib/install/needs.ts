import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { parseImageReference } from "../model/names.ts";
import type { PlannedProvider } from "../model/plan.ts";
import { ProblemError } from "../model/problem.ts";
import { because, type Reason, type ReasonCode, type ReasonParams } from "../model/reasons.ts";
import type { Provider, ProviderChoice, Requirement } from "../model/resources.ts";
import type { Offer, Offers } from "./offers.ts";
import { groupKind } from "./references.ts";
import type { TypeSource } from "./render-types.ts";

/** A kind or an image that has to be there first. */
export interface Need {
  /** For people: `Cluster (apps.kubeblocks.io/v1alpha1)` or `org/repo:tag`. */
  what: string;
  kind?: { apiVersion: string; kind: string };
  satisfied: boolean;
  /** The installed provider that is ready, on its way or failed, when there is one. */
  provider?: Provider;
  /** What could satisfy it, sorted by image. */
  offers: (Offer & { installed: boolean })[];
  /** Which of them does. Absent: nothing can, or what was chosen cannot. */
  offer?: Offer;
  /** Why that one, in a sentence. Of a required image and of what nothing offers there is nothing to say. */
  why?: Reason & { message: string };
  /** What is wrong with the choice of the installation, where nothing is there that serves the kind anyway. */
  problem?: ProblemError;
}

export interface NeedSources {
  types: TypeSource;
  offers: Offers;
  provider(name: string): Provider | undefined;
  /** The administrators' defaults, `org/repo[:tag]` by `Kind.group`. */
  defaults: Readonly<Record<string, string>>;
  /** What the installation chooses. */
  chosen?: readonly ProviderChoice[] | undefined;
}

/** A kind as choices name it, and kubectl: `postgresql.acid.zalan.do`. */
export function kindName({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `${kind}.${parseApiVersion(apiVersion).group}`;
}

/** The administrators' defaults as their ConfigMap holds them. */
export function defaultsOf(map: KubernetesObject | undefined): Readonly<Record<string, string>> {
  return (map as { data?: Record<string, string> } | undefined)?.data ?? {};
}

/**
 * What the image needs of the cluster, and what of it is there. Of several providers of a kind counts what is installed,
 * then what the installation chooses, then the administrators' default, then the first by name.
 */
export async function needsOf(required: readonly Requirement[], sources: NeedSources): Promise<Need[]> {
  if (required.length === 0) return [];
  const offers = await sources.offers.list((name) => sources.provider(name) !== undefined);
  const needs = new Map<string, Need>();
  for (const requirement of required) {
    const kind = "kind" in requirement ? requirement : undefined;
    const what = kind ? `${kind.kind} (${kind.apiVersion})` : (requirement as { image: string }).image;
    if (needs.has(what)) continue;
    const fitting = offers
      .filter((offer) => (kind ? offer.kinds.has(groupKind(kind)) : sameRepository(offer.image, what)))
      .map((offer) => ({ ...offer, installed: sources.provider(offer.name) !== undefined }));
    const served = kind ? (await sources.types.find(kind.apiVersion, kind.kind)) !== undefined : false;
    const installed = firstInstalled(fitting, sources);
    const provider = installed && sources.provider(installed.name);
    const taken = installed
      ? { offer: installed, why: whyInstalled(installed, kind && choiceOf(kind, sources.chosen)) }
      : served
        ? { why: says("offer-served", { what }) }
        : await choose({ what, kind, fitting }, sources);
    needs.set(what, {
      what,
      ...(kind ? { kind } : {}),
      satisfied: provider ? provider.status?.phase === "Ready" : served,
      ...(provider ? { provider } : {}),
      offers: fitting,
      ...taken,
    });
  }
  return [...needs.values()];
}

/** The needs of kinds as a plan tells of them. */
export function plannedProviders(needs: readonly Need[]): PlannedProvider[] {
  return needs.flatMap(({ kind, what, offers, offer, why }) =>
    kind && why
      ? [
          {
            kind: kindName(kind),
            what,
            offers: offers.map(({ image, title, i18n, trusted, installed }) => ({
              ...{ image, title, i18n, trusted, installed },
            })),
            ...(offer ? { taken: offer.image } : {}),
            ...why,
          },
        ]
      : [],
  );
}

/** The problem of a need that nothing satisfies. */
export function kindMissing(need: Need): ProblemError {
  return new ProblemError(
    "kind-missing",
    `The cluster does not serve ${need.what}, and no provider in the Hub brings it. Ask an administrator to add one.`,
    because("kind-unoffered", {
      what: need.what,
      kind: need.kind?.kind ?? need.what,
      apiVersion: need.kind?.apiVersion ?? "",
    }),
  );
}

type Wanted = Pick<Need, "what" | "kind"> & { fitting: Need["offers"] };

/** Which offer is taken where none is installed, and why. */
async function choose(
  { what, kind, fitting }: Wanted,
  { offers, defaults, chosen }: NeedSources,
): Promise<Pick<Need, "offer" | "why" | "problem">> {
  const choice = kind && choiceOf(kind, chosen);
  if (choice) {
    const offer = await fits(choice.image, kind, fitting, offers);
    if (!offer) return refused(choice, what, fitting, offers);
    return { offer, why: says("offer-chosen", { ...called(offer), image: offer.image }) };
  }
  const preset = kind && defaults[kindName(kind)];
  const offer = preset === undefined ? undefined : await fits(preset, kind, fitting, offers);
  if (offer) return { offer, why: says("offer-default", called(offer)) };
  const [first, second] = fitting;
  if (!first) return {};
  const name = called(first);
  if (preset !== undefined)
    return { offer: first, why: says("offer-default-unfit", { ...name, image: preset }) };
  return { offer: first, why: second ? says("offer-first", name) : says("offer-only", name) };
}

/** Its title for a sentence, with the one for those who read Chinese. */
function called({ title, i18n }: Offer): { title: string; "title-zh"?: string } {
  return { title, ...(i18n.zh && { "title-zh": i18n.zh.title }) };
}

/** The offer that an image stands for: one of those that fit, or another tag of its repository. */
async function fits(
  image: string,
  kind: Need["kind"],
  fitting: Need["offers"],
  offers: Offers,
): Promise<Offer | undefined> {
  const listed = fitting.find((offer) => sameRepository(offer.image, image));
  // Whatever else there is, a private repository too, must not be found out by asking.
  if (!listed?.trusted) return undefined;
  if (listed.image === image || !image.includes(":")) return listed;
  const other = await offers.find(image);
  return kind && other?.kinds.has(groupKind(kind)) ? other : undefined;
}

function refused(
  { index, image }: IndexedChoice,
  what: string,
  fitting: Need["offers"],
  offers: Offers,
): Pick<Need, "why" | "problem"> {
  const field = `spec.providers[${index}].image`;
  const names = fitting.filter(({ trusted }) => trusted).map((offer) => offer.image);
  const params = { field, image, what, fitting: names.join(", ") || "–" };
  const { org } = parseImageReference(image) ?? {};
  const why =
    org !== undefined && !offers.trusts(org)
      ? says("choice-untrusted", { ...params, organization: org })
      : says("choice-unfit", params);
  const problem = new ProblemError("input-invalid", why.message, { ...why, fields: [{ field, ...why }] });
  return { why, problem };
}

type IndexedChoice = ProviderChoice & { index: number };

function choiceOf(
  kind: { apiVersion: string; kind: string },
  chosen: readonly ProviderChoice[] = [],
): IndexedChoice | undefined {
  const index = chosen.findIndex((each) => each.kind === kindName(kind));
  const choice = chosen[index];
  return choice && { ...choice, index };
}

function whyInstalled(offer: Offer, choice: ProviderChoice | undefined): NonNullable<Need["why"]> {
  return choice && !sameRepository(choice.image, offer.image)
    ? says("offer-installed-instead", { ...called(offer), image: choice.image })
    : says("offer-installed", called(offer));
}

/** Of the installed ones the first that is ready; one that is not counts while its organization is trusted. */
function firstInstalled(
  fitting: Need["offers"],
  { provider }: NeedSources,
): Need["offers"][number] | undefined {
  const installed = fitting.filter((offer) => offer.installed);
  return (
    installed.find(({ name }) => provider(name)?.status?.phase === "Ready") ??
    installed.find(({ trusted }) => trusted)
  );
}

const SENTENCES = {
  "offer-served": ({ what }) => `The cluster serves ${what} already.`,
  "offer-installed": ({ title }) => `${title} is installed already.`,
  "offer-installed-instead": ({ title, image }) =>
    `${title} is installed already and serves everybody, so ${image} is not used.`,
  "offer-chosen": ({ title, image }) => `${title} (${image}) was chosen.`,
  "offer-default": ({ title }) => `${title} is the administrators' default.`,
  "offer-default-unfit": ({ title, image }) =>
    `The administrators' default ${image} cannot be used, so ${title} is taken, the first by name.`,
  "offer-only": ({ title }) => `Only ${title} brings it.`,
  "offer-first": ({ title }) => `${title} is the first by name; another can be chosen.`,
  "choice-untrusted": ({ field, image, organization, what, fitting }) =>
    `${field}: ${image} cannot be used, because the organization ${organization} is not trusted. What brings ${what}: ${fitting}`,
  "choice-unfit": ({ field, image, what, fitting }) =>
    `${field}: the Hub has no ${image} that brings ${what}. What does: ${fitting}`,
  "choice-needless": ({ kind }) => `Nothing of this version is a ${kind}, so the choice for it says nothing.`,
} satisfies Partial<Record<ReasonCode, (params: ReasonParams) => string>>;

/** A sentence about a choice, with its code. */
export function says<Code extends keyof typeof SENTENCES>(
  reason: Code,
  params: Parameters<typeof because<Code>>[1],
): Reason & { message: string } {
  return { message: SENTENCES[reason](params), ...because(reason, params) };
}

function sameRepository(a: string, b: string): boolean {
  return a.split(/[:@]/)[0] === b.split(/[:@]/)[0];
}
