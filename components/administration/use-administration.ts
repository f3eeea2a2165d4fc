import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, apiPath, type Method } from "@/components/data/api";
import type { AnnouncementRow, DefaultsView } from "@/lib/model/administration-views";

/** No stream tells how the whole cluster fares, so it is asked again. */
export const REFRESH_MS = 30_000;

/** Whom the cluster trusts, and what holds for all workspaces. */
export function useDefaults() {
  return useQuery({
    queryKey: ["administration", "defaults"],
    queryFn: ({ signal }) => api<DefaultsView>("GET", "/api/administration/defaults", undefined, { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** All announcements, with their Markdown. */
export function useAnnouncements() {
  return useQuery({
    queryKey: ["administration", "announcements"],
    queryFn: ({ signal }) =>
      api<AnnouncementRow[]>("GET", "/api/administration/announcements", undefined, { signal }),
    refetchInterval: REFRESH_MS,
  });
}

interface Change {
  method: Method;
  /** Below `/api`. */
  path: readonly string[];
  body?: unknown;
}

/** Changes something that administrators may change; what the pages show is asked again. */
export function useAdministrationChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: Change) => api<unknown>(method, apiPath(...path), body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["administration"] }),
  });
}
