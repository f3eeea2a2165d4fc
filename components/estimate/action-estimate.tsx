import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useSettled } from "@/components/data/use-settled";
import type { ChangeEstimate } from "@/lib/model/estimate";
import type { ObjectReference } from "@/lib/model/kubernetes";
import { EstimateNote } from "./estimate-note";

const TYPING_MS = 300;

interface ActionEstimateProps {
  instance: ObjectReference;
  action: string;
  /** What would be sent; undefined while the form lacks something. */
  inputs: Record<string, string> | undefined;
}

/** What running an action on an instance would change of its requests and cost. What is refused is said when it is run. */
export function ActionEstimate({ instance, action, inputs }: ActionEstimateProps) {
  const { namespace, mayEdit } = useSession();
  const text = inputs && JSON.stringify(inputs);
  const settled = useSettled(text, TYPING_MS);
  const given = useMemo(() => settled && (JSON.parse(settled) as Record<string, string>), [settled]);
  const path = `${apiPath("namespaces", namespace, "actionruns")}?dryRun=true`;
  const { data, isPlaceholderData, isError } = useQuery({
    queryKey: ["action-estimate", path, instance, action, settled],
    queryFn: ({ signal }) =>
      api<ChangeEstimate>("POST", path, { instance, action, inputs: given }, { signal }),
    enabled: given !== undefined && mayEdit,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  if (!data || isError || text === undefined) return null;
  return (
    <EstimateNote
      estimate={data}
      stale={isPlaceholderData || settled !== text}
      beside
      className="rounded-md bg-sunken px-3 py-2"
    />
  );
}
