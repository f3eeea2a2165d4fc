import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "./connection.ts";

/** A kind the server serves, and how it is addressed. */
export interface ResourceType {
  /** "" for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  shortNames: string[];
  verbs: string[];
  categories: string[];
  /** Names after the slash: `status`, `scale`. */
  subresources: string[];
}

interface GroupDiscoveryList {
  items: {
    metadata: { name?: string };
    versions: {
      version: string;
      resources?: {
        resource: string;
        responseKind?: { kind: string };
        scope: "Namespaced" | "Cluster";
        shortNames?: string[];
        verbs: string[];
        categories?: string[];
        subresources?: { subresource: string }[];
      }[];
    }[];
  }[];
}

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const MIN_INTERVAL_MS = 250;

/**
 * What the server serves, by aggregated discovery (Kubernetes 1.27 or newer). Cached; a miss reads it again, at most
 * four times a second however many callers miss.
 */
export class Discovery {
  readonly #connection: Connection;
  #types = new Map<string, ResourceType>();
  #lastStart = Number.NEGATIVE_INFINITY;
  #running?: Promise<void>;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The type, or undefined when the server does not serve it at this moment. */
  async find(apiVersion: string, kind: string): Promise<ResourceType | undefined> {
    const key = `${apiVersion}/${kind}`;
    const known = this.#types.get(key);
    if (known) return known;
    await this.refresh();
    return this.#types.get(key);
  }

  async all(): Promise<ResourceType[]> {
    if (this.#types.size === 0) await this.refresh();
    return [...this.#types.values()];
  }

  /** Reads discovery again. What it returns was asked for after the call began. */
  async refresh(): Promise<void> {
    const asked = performance.now();
    while (this.#lastStart < asked) {
      this.#running ??= this.#read(this.#lastStart + MIN_INTERVAL_MS - asked).finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async #read(waitMs: number): Promise<void> {
    if (waitMs > 0) await delay(waitMs);
    const start = performance.now();
    const lists = await Promise.all(
      ["/api", "/apis"].map((path) => this.#connection.request("GET", path, { accept: AGGREGATED })),
    );
    const types = new Map<string, ResourceType>();
    for (const list of lists) {
      for (const type of read(list as GroupDiscoveryList)) {
        types.set(`${type.group ? `${type.group}/` : ""}${type.version}/${type.kind}`, type);
      }
    }
    this.#types = types;
    this.#lastStart = start;
  }
}

function* read(list: GroupDiscoveryList): Generator<ResourceType> {
  if (!Array.isArray(list.items)) {
    throw new Error("the server does not offer aggregated discovery (Kubernetes 1.27 or newer is needed)");
  }
  for (const { metadata, versions } of list.items) {
    for (const { version, resources = [] } of versions) {
      for (const resource of resources) {
        if (!resource.responseKind) continue;
        yield {
          group: metadata.name ?? "",
          version,
          kind: resource.responseKind.kind,
          plural: resource.resource,
          namespaced: resource.scope === "Namespaced",
          shortNames: resource.shortNames ?? [],
          verbs: resource.verbs,
          categories: resource.categories ?? [],
          subresources: (resource.subresources ?? []).map((each) => each.subresource),
        };
      }
    }
  }
}
