import { Informer } from "../cluster/index.ts";
import { type PriceBook, PriceBookError, parsePriceBook } from "../metering/prices.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { METERING, PRICES } from "../model/resources.ts";
import type { World } from "./world.ts";

type ConfigMap = KubernetesObject & { data?: Record<string, string> };

const FIELD_MANAGER = "hub-metering";
const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

/**
 * The price book in force: the administrators' ConfigMap `hub-prices` where it can be read, else the last one that could.
 * What is in force stands in `hub-metering` with what is wrong with the other, for pages and for the next manager.
 */
export class PricesInForce {
  readonly #world: World;
  readonly #wanted: Informer<ConfigMap>;
  #written: Record<string, string> = {};
  #read?: { text: string; book?: PriceBook; problem?: string };

  constructor(world: World) {
    this.#world = world;
    const type = {
      ...CONFIG_MAP,
      namespace: world.systemNamespace,
      fieldSelector: `metadata.name=${PRICES}`,
    };
    this.#wanted = new Informer<ConfigMap>(world.cluster, type, {
      onError: (err) => world.log.error({ err }, "the watcher of the prices failed"),
    });
  }

  /** Reads what is in force; resolves to until when usage was metered, in milliseconds since the epoch. */
  async read(): Promise<number | undefined> {
    this.#wanted.start();
    const { cluster, systemNamespace: namespace } = this.#world;
    const map = await cluster.find<ConfigMap>({ ...CONFIG_MAP, namespace, name: METERING });
    this.#written = map?.data ?? {};
    await this.#wanted.synced;
    const upTo = Date.parse(this.#written.upTo ?? "");
    return Number.isNaN(upTo) ? undefined : upTo;
  }

  /** The prices by now; undefined where there are none. */
  current(): PriceBook | undefined {
    const text = this.#wanted.get(this.#world.systemNamespace, PRICES)?.data?.["prices.yaml"];
    if (text === undefined) return undefined;
    if (this.#read?.text !== text) {
      this.#read = { text, ...attempt(text) };
      if (this.#read.problem)
        this.#world.log.warn(
          { problem: this.#read.problem },
          `the price book ${PRICES} cannot be read; the last one stays in force`,
        );
    }
    if (this.#read.book) return this.#read.book;
    const last = this.#written["prices.yaml"];
    return last === undefined ? undefined : attempt(last).book;
  }

  /** Calls back whenever the administrators' price book may have changed. */
  subscribe(changed: () => void): void {
    this.#wanted.subscribe(changed);
  }

  /** Records until when everything is written, and the prices in force. */
  async metered(upTo: number): Promise<void> {
    const { cluster, systemNamespace: namespace } = this.#world;
    const gone = this.#wanted.get(namespace, PRICES) === undefined;
    const inForce = gone ? undefined : this.#read?.book ? this.#read.text : this.#written["prices.yaml"];
    const data: Record<string, string> = {
      upTo: new Date(upTo).toISOString(),
      ...(inForce === undefined ? {} : { "prices.yaml": inForce }),
      ...(this.#read?.problem && !gone ? { problem: this.#read.problem } : {}),
    };
    const map = { ...CONFIG_MAP, metadata: { name: METERING, namespace }, data };
    await cluster.apply(map, { fieldManager: FIELD_MANAGER, force: true });
    this.#written = data;
  }

  stop(): void {
    this.#wanted.stop();
  }
}

function attempt(text: string): { book?: PriceBook; problem?: string } {
  try {
    return { book: parsePriceBook(text) };
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    return { problem: error.message };
  }
}
