"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { useTopic } from "@/components/data/use-topic";
import type { BinEntry } from "@/lib/model/bin";
import type { Installation } from "@/lib/model/resources";

/** What was uninstalled in the workspace and can be restored. */
export function useBin() {
  const { namespace } = useSession();
  // What is uninstalled comes in, and what is restored goes, while the list is open.
  const installed = [...useTopic<Installation>("installations").items.keys()].sort();
  return useQuery<{ items: BinEntry[] }>({
    queryKey: ["bin", namespace, installed],
    placeholderData: (before, query) => (query?.queryKey[1] === namespace ? before : undefined),
    queryFn: ({ signal }) =>
      api<{ items: BinEntry[] }>("GET", apiPath("namespaces", namespace, "bin"), undefined, { signal }),
    refetchOnMount: "always",
  });
}

/** Restores an item by its name; its icon is back at once. */
export function useRestore() {
  const { namespace } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      api<Installation>("POST", apiPath("namespaces", namespace, "bin", name, "restore"), {}),
    onSuccess: (installation) => stream.accept("installations", installation.metadata.name, installation),
    onSettled: () => client.invalidateQueries({ queryKey: ["bin", namespace] }),
  });
}

/** Deletes one item for good, or all (`undefined`). */
export function useEmptyBin() {
  const { namespace } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string | undefined) =>
      api<void>("DELETE", apiPath("namespaces", namespace, "bin", ...(name === undefined ? [] : [name]))),
    onSettled: () => client.invalidateQueries({ queryKey: ["bin", namespace] }),
  });
}
