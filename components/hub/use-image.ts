import { useQuery } from "@tanstack/react-query";
import { api, apiPath } from "@/components/data/api";
import type { RepositoryDetail } from "@/lib/model/repository-views";

/** What one tag of an image declares; asks nothing while `image` is undefined. */
export function useImage(image: { org: string; repo: string; tag: string } | undefined) {
  const { org = "", repo = "", tag = "" } = image ?? {};
  return useQuery({
    queryKey: ["repository", org, repo, tag],
    queryFn: ({ signal }) =>
      api<RepositoryDetail>(
        "GET",
        `${apiPath("hub", "repositories", org, repo)}?tag=${encodeURIComponent(tag)}`,
        undefined,
        { signal },
      ),
    enabled: image !== undefined,
  });
}
