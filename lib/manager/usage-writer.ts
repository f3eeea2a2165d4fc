import { ApiError, isAlreadyExists, isConflict, isForbidden, isNotFound } from "../cluster/index.ts";
import { added, type Gap } from "../metering/ledger.ts";
import { dayOf } from "../metering/meter.ts";
import { NOTHING, plus, type Spent, unitsOf } from "../metering/money.ts";
import { OTHER } from "../metering/owners.ts";
import { type PriceBook, pricesFor } from "../metering/prices.ts";
import { parseImageReference } from "../model/names.ts";
import { API_VERSION, type Usage } from "../model/resources.ts";
import type { World } from "./world.ts";

interface Pending {
  apps: Map<string, Spent>;
  gaps: Gap[];
  /** Up to then all is written, in milliseconds since the epoch. */
  since: number;
  /** What the last attempt wrote, or may have written. */
  tried?: string;
}

const WRITERS = 4;
const TYPE = { apiVersion: API_VERSION, kind: "Usage" };

/**
 * Adds what was metered to the `Usage` of its namespace and day, each amount once, whatever fails on the way, and with
 * at most one write per namespace each time: a day that has no object yet gets it first, and one day goes after the other.
 */
export class UsageWriter {
  readonly #world: World;
  readonly #readings = new Map<string, Map<string, number>>();
  #flushed = Number.POSITIVE_INFINITY;
  readonly #pending = new Map<string, Map<string, Pending>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Says until when everything was written before, in milliseconds since the epoch. */
  begin(since: number): void {
    this.#flushed = since;
  }

  find(namespace: string, day: string): Promise<Usage | undefined> {
    return this.#world.cluster.find<Usage>({ ...TYPE, namespace, name: day });
  }

  add(namespace: string, day: string, apps: ReadonlyMap<string, Spent>): void {
    const pending = this.#pendingOf(namespace, day).apps;
    for (const [app, spent] of apps) pending.set(app, plus(pending.get(app) ?? NOTHING, spent));
  }

  /** Keeps what a counter showed, for who meters next. */
  reading(namespace: string, app: string, meter: string, number: number): void {
    const readings = this.#readings.get(namespace) ?? new Map<string, number>();
    this.#readings.set(namespace, readings.set(`${app}/${meter}`, number));
  }

  /** Marks a time, in milliseconds since the epoch, in which something was not counted; on the day on which it began. */
  gap(
    namespace: string,
    { from, to, ...why }: { from: number; to: number } & Omit<Gap, "from" | "to">,
  ): void {
    const [start, end] = [from, to].map((each) => new Date(each).toISOString()) as [string, string];
    this.#pendingOf(namespace, dayOf(from)).gaps.push({ from: start, to: end, ...why });
  }

  /**
   * Writes what waits, and resolves to until when all is written, in milliseconds since the epoch.
   * @throws the last failure, when the others have been written; what failed waits on
   */
  async flush(upTo: number, book: PriceBook | undefined): Promise<number> {
    const open = [...this.#pending].flatMap(([namespace, days]) => {
      const [first] = [...days].sort(([a], [b]) => a.localeCompare(b));
      return first ? [{ namespace, day: first[0], pending: first[1] }] : [];
    });
    let failure: unknown;
    const write = async () => {
      for (let next = open.pop(); next; next = open.pop())
        try {
          const { namespace, day, pending } = next;
          const written = await this.#write(namespace, day, pending, new Date(upTo).toISOString(), book);
          if (!written) continue;
          const days = this.#pending.get(namespace);
          days?.delete(day);
          if (days?.size === 0) this.#pending.delete(namespace);
        } catch (error) {
          failure = error;
        }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
    if (failure !== undefined) throw failure;
    this.#flushed = upTo;
    const waiting = [...this.#pending.values()].flatMap((days) => [...days.values()]);
    return waiting.reduce((earliest, { since }) => Math.min(earliest, since), upTo);
  }

  /** Whether nothing of it waits any more; false: there was no object for it yet. */
  async #write(
    namespace: string,
    day: string,
    pending: Pending,
    upTo: string,
    book: PriceBook | undefined,
  ): Promise<boolean> {
    if (!some(pending)) return true;
    const { cluster } = this.#world;
    const usage = await this.find(namespace, day);
    // What was used in a namespace that goes away has nowhere to be told, and keeps nobody else's waiting.
    if (!usage) return (await this.#create(namespace, day)) === "namespace gone";
    // The answer to the last attempt was lost, and the attempt was not.
    if (pending.tried !== undefined && usage.status?.upTo === pending.tried) return true;
    pending.tried = upTo;
    const status = added(
      usage.status,
      {
        apps: pending.apps,
        gaps: pending.gaps,
        upTo,
        readings: this.#readings.get(namespace) ?? new Map(),
        ...(book && {
          priced: {
            currency: book.currency,
            pricesOf: (app) => pricesFor(book, this.#organizationOf(namespace, app)),
          },
        }),
      },
      OTHER,
    );
    try {
      await cluster.patch(
        { ...TYPE, namespace, name: day },
        { metadata: { resourceVersion: usage.metadata.resourceVersion }, status },
        { type: "merge", subresource: "status" },
      );
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      pending.tried = undefined;
      return this.#write(namespace, day, pending, upTo, book);
    }
  }

  async #create(namespace: string, day: string): Promise<"made" | "namespace gone"> {
    const usage = { ...TYPE, metadata: { name: day, namespace }, spec: {} };
    try {
      await this.#world.cluster.create<Usage>(usage as Usage);
    } catch (error) {
      if (isNamespaceGone(error)) return "namespace gone";
      if (!isAlreadyExists(error)) throw error;
    }
    return "made";
  }

  #organizationOf(namespace: string, app: string): string | undefined {
    const installation = this.#world.installations.get(namespace, app);
    return installation && parseImageReference(installation.spec.image)?.org;
  }

  #pendingOf(namespace: string, day: string): Pending {
    const days = this.#pending.get(namespace) ?? new Map<string, Pending>();
    this.#pending.set(namespace, days);
    const pending = days.get(day) ?? { apps: new Map(), gaps: [], since: this.#flushed };
    days.set(day, pending);
    return pending;
  }
}

/** Whether nothing can be made there, since the namespace is being deleted or has been. */
function isNamespaceGone(error: unknown): boolean {
  const { kind, causes = [] } = (error instanceof ApiError && error.body?.details) || {};
  if (isNotFound(error)) return kind === "namespaces";
  return isForbidden(error) && causes.some(({ reason }) => reason === "NamespaceTerminating");
}

function some({ apps, gaps }: Pending): boolean {
  return (
    gaps.length > 0 || [...apps.values()].some((spent) => unitsOf(spent).some((unit) => spent[unit] !== 0))
  );
}
