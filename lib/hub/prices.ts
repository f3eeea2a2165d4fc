import type { Amounts } from "../install/quota.ts";
import { monthlyCost, type Rates } from "../metering/money.ts";
import { type PriceBook, parsePriceBook, pricesFor } from "../metering/prices.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Plan } from "../model/plan.ts";
import { METERING } from "../model/resources.ts";
import type { Hub } from "./hub.ts";

type ConfigMap = KubernetesObject & { data?: Record<string, string> };
interface Read {
  at: number;
  book: Promise<PriceBook | undefined>;
}

const KEPT_MS = 30_000;
const readOf = new WeakMap<Hub, Read>();

/** The price book that the manager has put in force; undefined where there are no prices. Remembered for a moment. */
export function pricesInForce(hub: Hub): Promise<PriceBook | undefined> {
  const known = readOf.get(hub);
  if (known && performance.now() - known.at < KEPT_MS) return known.book;
  const book = read(hub);
  readOf.set(hub, { at: performance.now(), book });
  book.catch(() => readOf.delete(hub));
  return book;
}

async function read(hub: Hub): Promise<PriceBook | undefined> {
  const map = await hub.cluster.find<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: hub.config.systemNamespace,
    name: METERING,
  });
  const text = map?.data?.["prices.yaml"];
  return text === undefined ? undefined : parsePriceBook(text);
}

/**
 * What amounts that stay as they are cost in a month; undefined where there are no prices.
 * @param organization whose image it is; none for an instance on its own
 */
export function estimate(
  book: PriceBook | undefined,
  organization: string | undefined,
): ((amounts: Amounts) => NonNullable<Plan["cost"]>) | undefined {
  if (!book) return undefined;
  const prices = pricesFor(book, organization);
  return (amounts) => ({
    currency: book.currency,
    monthlyMicros: Number(monthlyCost(ratesOf(amounts), prices)),
  });
}

function ratesOf(amounts: Amounts): Rates {
  const of = (name: string, scale = 1) => Math.round((amounts[name] ?? 0) * scale);
  return {
    cpu: of("requests.cpu", 1000),
    memory: of("requests.memory"),
    storage: of("requests.storage"),
    loadBalancers: of("services.loadbalancers"),
  };
}
