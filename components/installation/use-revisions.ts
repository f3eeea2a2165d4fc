import { useQuery } from "@tanstack/react-query";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import type { Door } from "@/lib/model/door";

/** `GET /api/namespaces/{ns}/installations/{name}/revisions` */
export interface RevisionRow {
  revision: number;
  image: string;
  digest: string;
  inputs: Record<string, string>;
  at: string;
  by?: string;
  door?: Door;
  program?: string;
  current: boolean;
  before: boolean;
}

/** What an installation can go back to, the newest first. Asked again whenever `version` changes. */
export function useRevisions(name: string, version: string) {
  const { namespace } = useSession();
  return useQuery({
    queryKey: ["revisions", namespace, name, version],
    queryFn: ({ signal }) =>
      api<RevisionRow[]>(
        "GET",
        apiPath("namespaces", namespace, "installations", name, "revisions"),
        undefined,
        { signal },
      ),
    placeholderData: (before) => before,
    staleTime: 0,
  });
}
