import { readFileSync } from "node:fs";
import { CONVERSIONS, type Conversion } from "./kinds/conversions.ts";
import { groupVersion, splitGroupVersion } from "./objects.ts";

export interface Subresource {
  group: string;
  version: string;
  kind: string;
  verbs: string[];
}

/** Where a custom kind's scale is read and written, as paths of property names. */
export interface ScalePaths {
  specReplicas: string[];
  statusReplicas: string[];
  selector?: string[];
}

export interface Column {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath: string;
}

/** One kind in one version, built in or custom: everything the server needs to serve it. */
export interface ResourceType {
  group: string;
  version: string;
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  shortNames: string[];
  categories: string[];
  verbs: string[];
  subresources: Map<string, Subresource>;
  /** The key in the store: shared by the versions of one kind. */
  storage: string;
  /** Tells clients when the form in which the kind is kept changes; absent for what is not kept. */
  storageVersionHash?: string;
  /** Set for a version of a built-in kind that is not the one that is kept. */
  conversion?: Conversion;
  /** Set for kinds that a CustomResourceDefinition defines. */
  custom?: {
    uid: string;
    openAPIV3Schema: Record<string, unknown>;
    columns: Column[];
    /** Fields that selectors may name. */
    selectable: string[];
    scale?: ScalePaths;
    storageVersion: string;
  };
}

interface RawResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  group?: string;
  version?: string;
  storageVersionHash?: string;
}

/** Kinds of two groups that are one in the store. */
const STORED_AS: Record<string, string> = { "events.k8s.io/events": "events" };

/** The kinds that the server knows now. Built-in ones never change; custom ones come and go. */
export class Registry {
  readonly kubernetes: string;
  #types = new Map<string, Map<string, ResourceType>>();
  /** Group versions in the order in which discovery names them. */
  #order: string[] = [];
  /** Grows with every change, for caches built from the registry. */
  generation = 0;

  constructor(path = new URL("../kubernetes/resources.json", import.meta.url)) {
    const raw = JSON.parse(readFileSync(path, "utf8")) as {
      kubernetes: string;
      groupVersions: Record<string, RawResource[]>;
    };
    this.kubernetes = raw.kubernetes;
    for (const [apiVersion, resources] of Object.entries(raw.groupVersions))
      this.#load(apiVersion, resources);
  }

  #load(apiVersion: string, resources: RawResource[]): void {
    const { group, version } = splitGroupVersion(apiVersion);
    const types = new Map<string, ResourceType>();
    for (const raw of resources) {
      const [plural = "", subresource] = raw.name.split("/");
      if (subresource) {
        types.get(plural)?.subresources.set(subresource, {
          group: raw.group ?? (raw.version ? "" : group),
          version: raw.version ?? version,
          kind: raw.kind,
          verbs: raw.verbs,
        });
        continue;
      }
      types.set(plural, {
        group,
        version,
        kind: raw.kind,
        listKind: `${raw.kind}List`,
        plural,
        singular: raw.singularName,
        namespaced: raw.namespaced,
        shortNames: raw.shortNames ?? [],
        categories: raw.categories ?? [],
        verbs: raw.verbs,
        subresources: new Map(),
        storage: STORED_AS[`${group}/${plural}`] ?? (group ? `${group}/${plural}` : plural),
        ...(CONVERSIONS[`${group}/${version}/${plural}`] && {
          conversion: CONVERSIONS[`${group}/${version}/${plural}`],
        }),
        ...(raw.storageVersionHash && { storageVersionHash: raw.storageVersionHash }),
      });
    }
    if (types.size === 0) return;
    this.#types.set(apiVersion, types);
    this.#order.push(apiVersion);
  }

  get(group: string, version: string, plural: string): ResourceType | undefined {
    return this.#types.get(groupVersion(group, version))?.get(plural);
  }

  byKind(apiVersion: string, kind: string): ResourceType | undefined {
    for (const type of this.#types.get(apiVersion)?.values() ?? []) if (type.kind === kind) return type;
    return;
  }

  /** Any served version of a kind: what finds an owner that names a version no longer served. */
  byGroupKind(group: string, kind: string): ResourceType | undefined {
    for (const type of this.all()) if (type.group === group && type.kind === kind) return type;
    return;
  }

  /** The type under which objects of a storage key are kept. */
  byStorage(storage: string): ResourceType | undefined {
    let found: ResourceType | undefined;
    for (const type of this.all()) {
      if (type.storage !== storage) continue;
      if (type.conversion) continue;
      if (type.version === type.custom?.storageVersion) return type;
      found ??= type;
    }
    return found;
  }

  *all(): Generator<ResourceType> {
    for (const types of this.#types.values()) yield* types.values();
  }

  groupVersions(): readonly string[] {
    return this.#order;
  }

  inGroupVersion(apiVersion: string): ResourceType[] | undefined {
    const types = this.#types.get(apiVersion);
    return types && [...types.values()];
  }

  /** Kinds of a group in all its versions. */
  inGroup(group: string): ResourceType[] {
    return [...this.all()].filter((type) => type.group === group);
  }

  /** Versions of a group, the preferred one first. */
  versionsOf(group: string): string[] {
    return this.#order.map(splitGroupVersion).flatMap((gv) => (gv.group === group ? gv.version : []));
  }

  groups(): string[] {
    return [...new Set(this.#order.map((gv) => splitGroupVersion(gv).group))];
  }

  /** Replaces what one CustomResourceDefinition (by its storage key) serves. */
  setCustom(storage: string, types: ResourceType[]): void {
    for (const [apiVersion, served] of this.#types) {
      for (const type of served.values()) {
        if (type.custom && type.storage === storage) served.delete(type.plural);
      }
      if (served.size === 0) this.#types.delete(apiVersion);
    }
    for (const type of types) {
      const apiVersion = groupVersion(type.group, type.version);
      const served = this.#types.get(apiVersion) ?? new Map<string, ResourceType>();
      this.#types.set(apiVersion, served.set(type.plural, type));
    }
    const builtin = this.#order.filter((gv) => this.#types.has(gv));
    const added = [...this.#types.keys()].filter((gv) => !builtin.includes(gv));
    this.#order = orderVersions([...builtin, ...added]);
    this.generation += 1;
  }
}

/** Within a group: stable before beta before alpha, then higher numbers first. */
export function compareVersions(a: string, b: string): number {
  const rank = (version: string) => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [-1, 0, 0];
    return [
      match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0,
      Number(match[1]),
      Number(match[3] ?? 0),
    ];
  };
  const [left, right] = [rank(a), rank(b)];
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return a.localeCompare(b);
}

function orderVersions(groupVersions: string[]): string[] {
  const groups = [...new Set(groupVersions.map((gv) => splitGroupVersion(gv).group))];
  return groups.flatMap((group) =>
    groupVersions
      .filter((gv) => splitGroupVersion(gv).group === group)
      .sort((a, b) => compareVersions(splitGroupVersion(a).version, splitGroupVersion(b).version)),
  );
}
