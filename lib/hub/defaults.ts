import { isConflict } from "../cluster/index.ts";
import { defaultQuota } from "../install/tenant.ts";
import { type PriceBook, PriceBookError, parsePriceBook } from "../metering/prices.ts";
import type { DefaultsView, KindRow } from "../model/administration-views.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { METERING, PROVIDERS, type Provider } from "../model/resources.ts";
import { readablePublicKeys } from "../oci/index.ts";
import type { Hub } from "./hub.ts";
import { refuse, repositoriesOf } from "./organizations.ts";
import { defaultProviders, hubOffers } from "./plan.ts";
import { type Actor, administratorOf } from "./roles.ts";

type ConfigMap = KubernetesObject & { data?: Record<string, string> };

const FIELD_MANAGER = "hub-administration";
const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

/** Throws `administrators-only`. */
export async function defaultsView(hub: Hub, actor: Actor): Promise<DefaultsView> {
  administratorOf(hub, actor);
  const organizations = hub.catalogue.organizations.list().map(({ metadata, spec }) => ({
    name: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    trusted: spec.trusted === true,
    keys: readablePublicKeys(spec.publicKeys ?? []).map(({ fingerprint, kind }) => ({ fingerprint, kind })),
    requireSignature: spec.requireSignature === true,
    images: repositoriesOf(hub, metadata.name).length,
  }));
  return {
    organizations: organizations.sort(
      (a, b) => Number(b.trusted) - Number(a.trusted) || a.name.localeCompare(b.name),
    ),
    kinds: await kindsOf(hub),
    settings: await settingsOf(hub),
  };
}

/** Sets the default of a kind (`Kind.group`), or takes it away. Throws `fields-wrong` for what does not bring it. */
export async function setDefaultProvider(
  hub: Hub,
  actor: Actor,
  kind: string,
  image: string | null,
): Promise<void> {
  const cluster = administratorOf(hub, actor).writingAs(FIELD_MANAGER);
  if (image !== null) {
    const fitting = (await kindsOf(hub)).find((each) => each.kind === kind)?.offers ?? [];
    const trusted = fitting.filter((offer) => offer.trusted).map((offer) => offer.image);
    if (!trusted.some((offer) => isOf(image, offer)))
      refuse("image", "default-unfit", { image, kind, fitting: trusted.join(", ") || "–" });
  }
  const ref = { ...CONFIG_MAP, name: PROVIDERS, namespace: hub.config.systemNamespace };
  for (let turn = 0; ; turn++) {
    const map = await cluster.find<ConfigMap>(ref);
    if (!map && image === null) return;
    try {
      if (map) await cluster.patch(ref, { data: { [kind]: image } }, { type: "merge" });
      // Not a creation: the right is to this one name, which a creation does not give to the authorizer.
      else
        await cluster.apply<ConfigMap>(
          {
            ...CONFIG_MAP,
            metadata: { name: PROVIDERS, namespace: ref.namespace },
            data: { [kind]: image ?? "" },
          },
          { fieldManager: FIELD_MANAGER },
        );
      return;
    } catch (error) {
      // Somebody else has made it meanwhile.
      if (!isConflict(error) || turn >= 5) throw error;
    }
  }
}

async function kindsOf(hub: Hub): Promise<KindRow[]> {
  const providers = hub.informers.hub<Provider>("Provider");
  const installed = (name: string) => providers.get(undefined, name) !== undefined;
  const offers = await hubOffers(hub).list(installed);
  const presets = defaultProviders(hub);
  const kinds = new Map(Object.keys(presets).map((kind): [string, typeof offers] => [kind, []]));
  for (const offer of offers)
    for (const key of offer.kinds.keys()) {
      const [group, kind] = key.split("/");
      const name = `${kind}.${group}`;
      kinds.set(name, [...(kinds.get(name) ?? []), offer]);
    }
  return [...kinds]
    .map(([kind, fitting]) => {
      const preset = presets[kind];
      return {
        kind,
        offers: fitting.map(({ image, title, i18n, name, trusted }) => ({
          ...{ image, title, i18n, trusted },
          installed: installed(name),
        })),
        ...(preset === undefined ? {} : { preset }),
        fits: preset === undefined || fitting.some(({ image, trusted }) => trusted && isOf(preset, image)),
      };
    })
    .sort((a, b) => a.kind.localeCompare(b.kind));
}

/** Whether both name one repository. */
function isOf(image: string, offer: string): boolean {
  return image.split(":")[0] === offer.split(":")[0];
}

async function settingsOf({ config, cluster }: Hub): Promise<DefaultsView["settings"]> {
  const ref = { ...CONFIG_MAP, namespace: config.systemNamespace, name: METERING };
  const { upTo, problem, "prices.yaml": prices } = (await cluster.find<ConfigMap>(ref))?.data ?? {};
  const book = prices === undefined ? undefined : readable(prices);
  return {
    requireSignatures: config.sources.requireSignatures,
    quota: defaultQuota,
    ...(book && { currency: book.currency }),
    ...(problem && { pricesProblem: problem }),
    ...(upTo && { meteredUpTo: upTo }),
    binDays: config.binDays,
    mirrors: config.imageMirrors.length,
    ...(config.runnerImage && { runnerImage: config.runnerImage }),
    signIn: [
      ...(config.oidc ? [config.oidc.name] : []),
      ...(config.github ? ["GitHub"] : []),
      ...(config.demo ? ["demo"] : []),
    ],
  };
}

function readable(prices: string): PriceBook | undefined {
  try {
    return parsePriceBook(prices);
  } catch (error) {
    if (error instanceof PriceBookError) return undefined;
    throw error;
  }
}
