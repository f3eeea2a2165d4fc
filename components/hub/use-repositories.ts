import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/components/data/api";
import { useTopicChange } from "@/components/data/use-topic";
import type { RepositoryPage } from "@/lib/model/repository-views";

/** Fills a large window and what is loaded ahead of scrolling; more would only keep the first of them waiting. */
const PAGE = 40;

export interface HubQuery {
  q: string;
  category: string;
  mode: string;
  organization: string;
  needs: string;
  verified: string;
  signed: string;
  sort: string;
}

/** What narrows the list; *Clear filters* takes all of it away. */
export const FILTERS = ["mode", "category", "organization", "needs", "verified", "signed"] as const;

/** Reads the list's state from the query of its address. */
export function hubQueryOf(query: URLSearchParams): HubQuery {
  const value = (name: string) => query.get(name) ?? "";
  return {
    q: value("q"),
    category: value("category"),
    mode: value("mode"),
    organization: value("organization"),
    needs: value("needs"),
    verified: value("verified"),
    signed: value("signed"),
    sort: value("sort"),
  };
}

/** The catalogue, page by page. A newer question aborts the older; its cards stay until the answer is there. */
export function useRepositories(query: HubQuery) {
  const client = useQueryClient();
  useTopicChange(
    "catalogue",
    useCallback(() => {
      client.invalidateQueries({ queryKey: ["repositories"] });
    }, [client]),
  );
  return useInfiniteQuery({
    queryKey: ["repositories", query],
    queryFn: ({ pageParam, signal }) => {
      const parameters = new URLSearchParams({ offset: String(pageParam), limit: String(PAGE) });
      for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value);
      return api<RepositoryPage>("GET", `/api/hub/repositories?${parameters}`, undefined, { signal });
    },
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && read < last.total ? read : undefined;
    },
    placeholderData: keepPreviousData,
  });
}
