import type { KubernetesObject } from "../../model/kubernetes.ts";
import { isReason } from "../../model/reasons.ts";
import type { ActionRun, Departed, HistoryEntry, Installation } from "../../model/resources.ts";
import { listAt, numberAt, recordAt, textAt } from "../paths.ts";
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

/** The ConfigMap is the workspace's own to edit: what is no record is left out, and so is what is no line of one. */
export function departedIn(data: Readonly<Record<string, string>> = {}): Departed[] {
  return Object.values(data).flatMap((text) => {
    const record = parsed(text);
    const name = textAt(record, "name");
    if (name === undefined) return [];
    const [apiVersion, kind] = [textAt(record, "object.apiVersion"), textAt(record, "object.kind")];
    const object = apiVersion && kind ? { object: { apiVersion, kind, name } } : {};
    return [{ name, ...object, history: listAt(record, "history").flatMap(lineOf) }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lineOf(value: unknown): HistoryEntry[] {
  const [at = "", event] = [textAt(value, "at"), textAt(value, "event")];
  if (event === undefined || Number.isNaN(Date.parse(at))) return [];
  const [by, image, message] = ["by", "image", "message"].map((field) => textAt(value, field));
  const [revision, reason] = [numberAt(value, "revision"), textAt(value, "reason")];
  const params = Object.entries(recordAt(value, "params")).filter(
    (entry): entry is [string, string | number] => /^(string|number)$/.test(typeof entry[1]),
  );
  return [
    {
      at,
      event: event as HistoryEntry["event"],
      ...(by ? { by } : {}),
      ...(image ? { image } : {}),
      ...(message ? { message } : {}),
      ...(revision === undefined ? {} : { revision }),
      ...(isReason(reason) ? { reason, params: Object.fromEntries(params) } : {}),
    },
  ];
}
