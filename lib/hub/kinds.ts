import type { KindsView } from "../model/provider-views.ts";
import type { Hub } from "./hub.ts";
import { providerView } from "./provider-view.ts";

/** Kinds that the cluster's providers answer for, and for one that nobody does: the image that would. */
export async function kindsView(
  hub: Hub,
  uid: string,
  asked: { apiVersion?: string | undefined; kind?: string | undefined },
): Promise<KindsView> {
  const kinds: KindsView["kinds"] = [];
  for (const { metadata } of hub.instances.providers.list()) {
    const { image, kinds: served, actions } = await providerView(hub, metadata.name);
    for (const { apiVersion, kind, plural, title, start } of served)
      kinds.push({
        ...{ apiVersion, kind, plural, title, provider: `${image.org}/${image.repo}` },
        resource: metadata.name,
        ...(start && { start }),
        actions: actions.filter(({ target }) => target?.kind === kind),
      });
  }
  const { apiVersion, kind } = asked;
  if (!apiVersion || !kind) return { kinds };
  const card = await hub.catalogue.providerOf(uid, apiVersion, kind);
  return {
    kinds: kinds.filter((each) => each.apiVersion === apiVersion && each.kind === kind),
    ...(card && { offeredBy: `${card.org}/${card.repo}` }),
  };
}
