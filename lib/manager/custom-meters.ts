import { recordAt, valueAt } from "../install/paths.ts";
import { groupKind, referenceKey, referenceOf } from "../install/references.ts";
import { faultOf, rateOf, ratesOf } from "../metering/custom.ts";
import type { Meter } from "../metering/meter.ts";
import { appOf, appOfInstance, type Belongings } from "../metering/owners.ts";
import type { MeterDeclaration } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Installation, Usage } from "../model/resources.ts";
import { installerUser } from "./subject.ts";
import type { UsageWriter } from "./usage-writer.ts";
import type { World } from "./world.ts";

const ANSWER = { timeoutMs: 2_000, maxBytes: 64 * 1024 };
/** A workspace whose meters are slow keeps nobody else's waiting. */
const PER_WORKSPACE_MS = 10_000;
/** However many workspaces are slow, what all use is written without them. */
const ALL_MS = 60_000;
const AT_ONCE = 16;

interface Reading {
  /** What a counter showed last. */
  counter?: number;
  /** When it was last believed, in milliseconds since the epoch. */
  good?: number;
  /** When the meter was last asked in vain, and why. */
  failing?: { at: number; message: string } | undefined;
}

/** The meters that images declare: fields and counts of objects as these change, numbers of endpoints when asked. */
export class CustomMeters {
  readonly #world: World;
  readonly #meter: Meter;
  readonly #writer: UsageWriter;
  readonly #counted = new Map<string, Set<string>>();
  readonly #readings = new Map<string, Reading>();
  /** When each workspace was asked last, by `performance.now()`: who has waited longest comes first. */
  readonly #lastAsked = new Map<string, number>();

  constructor(world: World, meter: Meter, writer: UsageWriter) {
    this.#world = world;
    this.#meter = meter;
    this.#writer = writer;
  }

  /** Takes up counters where the records of a day leave them. */
  resume(namespace: string, { status }: Usage): void {
    for (const [app, { charges = [] }] of Object.entries(status?.apps ?? {}))
      for (const { meter, reading } of charges)
        if (reading !== undefined)
          this.#readings.set(idOf(namespace, app, { name: meter }), { counter: reading });
  }

  /** Whether anything of the namespace is counted by its fields or number. */
  counts(namespace: string): boolean {
    const { installations, kinds, meters, instances } = this.#world;
    return (
      this.#counted.has(namespace) ||
      installations.list(namespace).some(({ status }) => status?.meters?.some(({ endpoint }) => !endpoint)) ||
      [...meters.keys()].some((key) => {
        const kind = kinds.get(key);
        return kind && instances.list(kind, namespace).length > 0;
      })
    );
  }

  /** Counts what the namespace's objects show by now; what is new counts since `since`, where it was there then. */
  update(namespace: string, belongings: Belongings, now: number, since = now): void {
    const before = this.#counted.get(namespace) ?? new Set();
    const after = new Set<string>();
    for (const { app, meter, object } of this.#objects(namespace, belongings)) {
      const rates = rateOf(object, meter);
      if (!rates) continue;
      const id = `${object.metadata.uid}/${app}/${meter.name}`;
      after.add(id);
      const began = Math.max(since, Date.parse(object.metadata.creationTimestamp ?? "") || now);
      this.#meter.set(id, { namespace, app, rates }, before.has(id) ? now : Math.min(now, began));
    }
    for (const id of before) if (!after.has(id)) this.#meter.set(id, undefined, now);
    if (after.size > 0) this.#counted.set(namespace, after);
    else this.#counted.delete(namespace);
  }

  *#objects(namespace: string, belongings: Belongings) {
    const { installations, kinds, meters, instances } = this.#world;
    // Each kind is looked through once, however many apps count it.
    const known = new Map<string, Map<string, KubernetesObject[]>>();
    const ofApp = (app: string, type: { apiVersion: string; kind: string }) => {
      const key = `${type.apiVersion}/${type.kind}`;
      const byApp =
        known.get(key) ?? Map.groupBy(this.#known(type, namespace), (object) => appOf(object, belongings));
      known.set(key, byApp);
      return byApp.get(app) ?? [];
    };
    for (const { metadata, status } of installations.list(namespace))
      for (const meter of status?.meters ?? []) {
        const type = meter.field ?? meter.count;
        for (const object of type ? ofApp(metadata.name, type) : [])
          yield { app: metadata.name, meter, object };
      }
    for (const [key, declared] of meters) {
      const kind = kinds.get(key);
      for (const object of kind ? instances.list(kind, namespace) : []) {
        const recorded = belongings.recorded.get(referenceKey(referenceOf(object)));
        for (const meter of declared) yield { app: recorded ?? appOfInstance(object), meter, object };
      }
    }
  }

  /** What is known of a kind, whoever follows it, each object once. */
  #known(type: { apiVersion: string; kind: string }, namespace: string): KubernetesObject[] {
    const { children, made, instances, pods, claims, services } = this.#world;
    const whole = [pods, claims, services].find(
      ({ type: { apiVersion, kind } }) => apiVersion === type.apiVersion && kind === type.kind,
    );
    if (whole) return whole.list(namespace);
    const all = [children, made, instances].flatMap((followed) => followed.list(type, namespace));
    return [...new Map(all.map((object) => [object.metadata.uid, object])).values()];
  }

  /**
   * Asks the endpoints of all apps that run, as far as there is time; those that were not asked count on as they did. A
   * meter that cannot be believed counts nothing, and the day says why.
   */
  async read(now: () => number): Promise<void> {
    const asked = new Map<string, { installation: Installation; meter: MeterDeclaration }[]>();
    const wanted = new Set<string>();
    for (const installation of this.#world.installations.list())
      for (const meter of installation.status?.meters ?? []) {
        const { name, namespace = "" } = installation.metadata;
        if (!meter.endpoint || !/^(Running|Degraded)$/.test(installation.status?.phase ?? "")) continue;
        wanted.add(idOf(namespace, name, meter));
        asked.set(namespace, [...(asked.get(namespace) ?? []), { installation, meter }]);
      }
    for (const id of this.#readings.keys())
      if (!wanted.has(id)) {
        this.#readings.delete(id);
        this.#meter.set(id, undefined, now());
      }
    for (const namespace of this.#lastAsked.keys())
      if (!asked.has(namespace)) this.#lastAsked.delete(namespace);
    const open = [...asked].sort(([a], [b]) => (this.#lastAsked.get(b) ?? 0) - (this.#lastAsked.get(a) ?? 0));
    const until = performance.now() + ALL_MS;
    const work = async () => {
      while (performance.now() < until) {
        const next = open.pop();
        if (!next) return;
        const [namespace, meters] = next;
        this.#lastAsked.set(namespace, performance.now());
        const deadline = performance.now() + PER_WORKSPACE_MS;
        for (const { installation, meter } of meters)
          await this.#readOne(namespace, installation.metadata.name, meter, deadline, now);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #readOne(
    namespace: string,
    app: string,
    meter: MeterDeclaration,
    deadline: number,
    now: () => number,
  ): Promise<void> {
    const id = idOf(namespace, app, meter);
    const reading = this.#readings.get(id) ?? {};
    this.#readings.set(id, reading);
    const answer = await this.#ask(namespace, meter, deadline);
    const at = now();
    if (this.#world.signal.aborted) return;
    const before = reading.counter;
    if (meter.endpoint?.counter) reading.counter = answer.number;
    const fell = before !== undefined && answer.number !== undefined && answer.number < before;
    const fault =
      answer.fault ??
      (fell && meter.endpoint?.counter ? `the counter fell from ${before} to ${answer.number}` : undefined);
    const gap = (from: number, message: string) => {
      const what = { app, meter: meter.name, message };
      this.#writer.gap(namespace, { from: Math.min(from, at), to: at, reason: "MeterFailed", ...what });
    };
    if (fault !== undefined || answer.number === undefined) {
      const message = (fault ?? "").slice(0, 300);
      this.#meter.set(id, undefined, at);
      // Up to now a number counted as it was; of a counter, nobody knows what it gained since it was last believed.
      gap(reading.failing?.at ?? ((meter.endpoint?.counter && reading.good) || at), message);
      // One that fell begins anew at once.
      reading.failing = fell ? undefined : { at, message };
      reading.good = fell ? at : undefined;
      return;
    }
    if (reading.failing) gap(reading.failing.at, reading.failing.message);
    reading.failing = undefined;
    reading.good = at;
    if (!meter.endpoint?.counter)
      this.#meter.set(id, { namespace, app, rates: ratesOf(meter, answer.number) }, at);
    else this.#writer.reading(namespace, app, meter.name, answer.number);
    if (meter.endpoint?.counter && before !== undefined && answer.number > before)
      this.#meter.happened({ namespace, app, rates: ratesOf(meter, answer.number - before) }, at);
  }

  /** The number that an endpoint shows, or why there is none. */
  async #ask(
    namespace: string,
    { endpoint }: MeterDeclaration,
    deadline: number,
  ): Promise<{ number?: number; fault?: string }> {
    if (!endpoint) return { fault: "it has no endpoint" };
    if (performance.now() > deadline) return { fault: "other meters of the workspace took too long" };
    const { service: name, port, path, value } = endpoint;
    let text: string;
    try {
      text = await this.#world.cluster
        .as(installerUser(namespace))
        .askService({ namespace, name, port, path }, ANSWER);
    } catch (error) {
      return { fault: error instanceof Error ? error.message : String(error) };
    }
    const number = numberIn(text, value);
    const fault = faultOf(number);
    return fault === undefined ? { number: number as number } : { fault };
  }
}

/** The number in an answer: the whole text, or one place of JSON. */
function numberIn(text: string, path: string | undefined): unknown {
  if (path === undefined) return text.trim() === "" ? undefined : Number(text.trim());
  try {
    const answer: unknown = JSON.parse(text);
    return valueAt(recordAt({ answer }, "answer"), path);
  } catch {
    return undefined;
  }
}

/** Which of a provider's meters are of this kind. */
export function metersOfKind(
  meters: readonly MeterDeclaration[],
  kind: { apiVersion: string; kind: string },
): MeterDeclaration[] {
  return meters.filter(({ field, count }) => {
    const of = field ?? count;
    return of !== undefined && groupKind(of) === groupKind(kind);
  });
}

const idOf = (namespace: string, app: string, { name }: Pick<MeterDeclaration, "name">) =>
  `endpoint/${namespace}/${app}/${name}`;
