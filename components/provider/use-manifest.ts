import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiProblem, api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useSettled } from "@/components/data/use-settled";
import { whileBusy } from "@/components/data/while-busy";
import type { ChangeEstimate } from "@/lib/model/estimate";
import type { InstanceKind } from "@/lib/model/image";
import type { KubernetesObject } from "@/lib/model/kubernetes";
import type { FormData, FormSchema, NameUse } from "./binding";
import { leavesOf } from "./binding";
import { updated } from "./editable";
import { fromForm, fromText, type Manifest, objectOf } from "./manifest";
import { validate } from "./validator";

const TYPING_MS = 400;

/** A manifest under edit, and what form, schema and cluster think of it. */
export function useManifest(
  kind: InstanceKind,
  initial: string,
  provider: string,
  existing?: KubernetesObject,
) {
  const { namespace } = useSession();
  const schema = kind.form as FormSchema;
  const leaves = useMemo(() => leavesOf(schema), [schema]);
  const [manifest, setManifest] = useState<Manifest>(() => fromText(initial, leaves));
  const failures = useMemo(() => validate(schema, manifest.data), [schema, manifest.data]);
  const object = useMemo(() => objectOf(manifest), [manifest]);
  const checkable =
    object !== undefined && failures.length === 0 && typeof object.metadata?.name === "string";
  const sent = useMemo(() => (object && existing ? updated(existing, object) : object), [object, existing]);
  const check = useDryRun(checkable && !(existing && manifest.text === initial) ? sent : undefined, {
    namespace,
    provider,
    plural: kind.plural,
    existing: existing?.metadata.name,
  });
  const problem = check.error instanceof ApiProblem ? check.error.problem : undefined;
  return {
    manifest,
    leaves,
    /** The whole object to send; undefined while the text cannot be read. */
    object: sent,
    failures,
    check,
    /** Errors that the cluster named by field. */
    fields: problem?.fields ?? NO_FIELDS,
    setForm: (data: FormData, rename?: { uses: readonly NameUse[]; namespace: string }) =>
      setManifest((now) => fromForm(now, leaves, data, rename)),
    setText: (text: string) => setManifest((now) => fromText(text, leaves, now.data)),
  };
}

const NO_FIELDS: readonly { field: string; message: string }[] = [];

interface Target {
  namespace: string;
  provider: string;
  plural: string;
  /** The instance's name when it is there already. */
  existing: string | undefined;
}

/** Asks the cluster what it would say, a moment after typing stops. */
function useDryRun(object: KubernetesObject | undefined, target: Target) {
  const settled = useSettled(object, TYPING_MS);
  const query = useQuery({
    queryKey: ["dry-run", target, settled],
    queryFn: ({ signal }) =>
      api<{ object: KubernetesObject; estimate?: ChangeEstimate }>(
        target.existing ? "PUT" : "POST",
        `${instancePath(target)}?dryRun=true`,
        { object: settled },
        { signal },
      ),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
    ...whileBusy,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const pending = object !== undefined && (query.isFetching || settled !== object);
  return {
    pending,
    accepted: !pending && query.isSuccess && object !== undefined,
    /** Why the answer is late, as the server puts it. */
    waiting: query.failureReason?.message,
    error: object ? query.error : null,
    /** What it would request and cost, of the last object that was accepted. */
    estimate: query.data?.estimate,
  };
}

/** Where an instance is written. */
export function instancePath(target: Target): string {
  const { namespace, provider, plural, existing } = target;
  return apiPath("namespaces", namespace, "providers", provider, plural, ...(existing ? [existing] : []));
}
