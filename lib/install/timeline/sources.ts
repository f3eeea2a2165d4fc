import type { KubernetesObject } from "../../model/kubernetes.ts";
import type { ActionRun, Departed, Installation } from "../../model/resources.ts";
import type { Revision } from "../revisions.ts";

/** What a timeline is made of, as whoever asks may read it. */
export interface TimelineSources {
  installations: Installation[];
  departed: Departed[];
  revisions: Revision[];
  runs: ActionRun[];
  events: KubernetesObject[];
  /** What installations consist of, and instances of providers. */
  objects: KubernetesObject[];
  /** Display names of the workspace's people by uid. */
  people: Map<string, string>;
  unread: string[];
}

/** The ConfigMap is the workspace's own to edit: what is no record is left out. */
export function departedIn(data: Readonly<Record<string, string>> = {}): Departed[] {
  return Object.values(data).flatMap((text) => {
    try {
      const record = JSON.parse(text) as Partial<Departed> | null;
      const entries: unknown = record?.history;
      if (typeof record?.name !== "string" || !Array.isArray(entries)) return [];
      const history = entries.filter(
        (entry) => typeof entry?.at === "string" && typeof entry.event === "string",
      );
      const { name, object } = record;
      const instance =
        object && [object.apiVersion, object.kind, object.name].every((each) => typeof each === "string");
      return [{ name, history, ...(instance ? { object } : {}) }];
    } catch {
      return [];
    }
  });
}
