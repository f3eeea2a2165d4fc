import type { InstanceKind, MeterDeclaration } from "./image.ts";
import type { Reason } from "./reasons.ts";
import type { ActionSummary, Localized, ProviderPhase } from "./resources.ts";

/** `GET /api/providers/{provider}` */
export interface ProviderView extends Partial<Reason> {
  name: string;
  title: string;
  i18n: Record<string, Localized>;
  phase: ProviderPhase;
  message?: string;
  image: { org: string; repo: string; tag: string };
  icon: string;
  kinds: InstanceKind[];
  actions: ActionSummary[];
  /** What of its instances is counted beside pods, volumes and load balancers. */
  metering: MeterDeclaration[];
}

/** A kind that one of the cluster's providers answers for. */
interface KindView {
  apiVersion: string;
  kind: string;
  plural: string;
  /** `org/repo` of the provider. */
  provider: string;
  /** Name of its Provider. */
  resource: string;
  title: string;
  /** The action that starts an instance which is stopped. */
  start?: string;
  actions: ActionSummary[];
}

/** `GET /api/hub/kinds`; `offeredBy`: the image that would bring a kind for which there is nobody. */
export interface KindsView {
  kinds: KindView[];
  offeredBy?: string;
}
