import { describeImage } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import type { ProviderView } from "../model/provider-views.ts";
import type { ActionSummary } from "../model/resources.ts";
import type { Hub } from "./hub.ts";

/** What a provider's pages are made from. Throws `provider-unknown`. */
export async function providerView(hub: Hub, name: string): Promise<ProviderView> {
  const { provider, image, content, kinds } = await hub.instances.load(name);
  const { org, repo, tag, digest } = image;
  return {
    name,
    title: content.title,
    i18n: content.i18n,
    phase: provider.status?.phase ?? "Pending",
    ...(provider.status?.message && {
      message: provider.status.message,
      ...(provider.status.reason && { reason: provider.status.reason }),
      ...(provider.status.params && { params: provider.status.params }),
    }),
    image: { org, repo, tag },
    icon: `/api/hub/repositories/${org}/${repo}/icon?digest=${encodeURIComponent(digest)}`,
    kinds,
    actions: actionsOf(content),
    metering: content.metering,
  };
}

/** A provider's actions with what they act on, and in every language. */
export function actionsOf(content: ImageContent): ActionSummary[] {
  return describeImage(content).actions.map((summary, index) => {
    const { target, i18n } = content.actions[index] ?? {};
    return { ...summary, ...(target && { target }), ...(i18n && { i18n }) };
  });
}
