import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, apiPath } from "@/components/data/api";
import type { Plan } from "@/lib/model/plan";
import type { ProviderChoice } from "@/lib/model/resources";
import type { Values } from "./inputs";

const TYPING_MS = 250;

/** What a plan is asked for; undefined while the form is not complete. */
export interface PlanRequest {
  image: string;
  inputs: Values;
  name?: string;
  recreate?: readonly string[];
  providers?: readonly ProviderChoice[];
}

/**
 * The plan for a request, asked again a moment after the inputs stop changing. `stale` is true while the shown plan
 * belongs to older inputs.
 */
export function usePlan(namespace: string, request: PlanRequest | undefined) {
  const settled = useSettled(request);
  const query = useQuery({
    queryKey: ["plan", namespace, settled],
    queryFn: ({ signal }) => api<Plan>("POST", apiPath("namespaces", namespace, "plan"), settled, { signal }),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
  return {
    plan: query.data,
    error: query.error,
    stale: query.isPlaceholderData || query.isFetching || !sameRequest(settled, request),
    retry: query.refetch,
  };
}

/** The first request goes at once, later ones after a pause in typing. */
function useSettled(request: PlanRequest | undefined): PlanRequest | undefined {
  const [settled, setSettled] = useState(request);
  const text = JSON.stringify(request);
  useEffect(() => {
    const next = text === undefined ? undefined : (JSON.parse(text) as PlanRequest);
    const timer = setTimeout(
      () => setSettled((now) => (now === undefined || !sameRequest(now, next) ? next : now)),
      TYPING_MS,
    );
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function sameRequest(a: PlanRequest | undefined, b: PlanRequest | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
