import type { KubernetesObject, ObjectMeta } from "../../lib/model/kubernetes.ts";

const HIDDEN = "kubectl.kubernetes.io/last-applied-configuration";

/** What a person edits of an object: without status and without what the cluster writes into the metadata. */
export function editable(object: KubernetesObject): Record<string, unknown> {
  const { apiVersion, kind, metadata, status: _, ...rest } = object;
  const { name, namespace, labels, annotations } = metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => key !== HIDDEN);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(own.length > 0 ? { annotations: Object.fromEntries(own) } : {}),
    },
    ...rest,
  };
}

/**
 * The whole object for an update: the edited part, and around it what `editable` left out, as it stands now
 * (finalizers, owners, version, status), so that an edit never removes what was not shown.
 */
export function updated(current: KubernetesObject, edited: KubernetesObject): KubernetesObject {
  const { managedFields: _, labels: __, annotations, ...kept } = current.metadata;
  const { labels, annotations: own } = edited.metadata;
  const hidden = annotations?.[HIDDEN];
  const notes = { ...own, ...(hidden === undefined ? {} : { [HIDDEN]: hidden }) };
  const metadata: ObjectMeta = {
    ...kept,
    name: edited.metadata.name,
    ...(labels ? { labels } : {}),
    ...(Object.keys(notes).length > 0 ? { annotations: notes } : {}),
  };
  return { ...edited, metadata, ...(current.status === undefined ? {} : { status: current.status }) };
}
