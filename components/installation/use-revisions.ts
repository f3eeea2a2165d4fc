import { useQuery } from "@tanstack/react-query";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import type { RevisionView } from "@/lib/model/revision-view";

/** What an installation can go back to, the newest first. Asked again whenever `version` changes. */
export function useRevisions(name: string, version: string) {
  const { namespace } = useSession();
  return useQuery({
    queryKey: ["revisions", namespace, name, version],
    queryFn: ({ signal }) =>
      api<RevisionView[]>(
        "GET",
        apiPath("namespaces", namespace, "installations", name, "revisions"),
        undefined,
        { signal },
      ),
    placeholderData: (before) => before,
    staleTime: 0,
  });
}
