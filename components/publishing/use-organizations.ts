import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, apiPath } from "@/components/data/api";
import type { OrganizationCard, OrganizationView } from "@/lib/model/organization-views";

export const organizationsKey = ["organizations"] as const;

export const credentialsKey = (org: string) => [...organizationsKey, org, "credentials"] as const;

export function useOrganizations() {
  return useQuery({
    queryKey: organizationsKey,
    queryFn: ({ signal }) =>
      api<{ items: OrganizationCard[] }>("GET", "/api/hub/organizations", undefined, { signal }),
  });
}

export function useOrganization(org: string) {
  return useQuery({
    queryKey: [...organizationsKey, org],
    queryFn: ({ signal }) =>
      api<OrganizationView>("GET", apiPath("hub", "organizations", org), undefined, { signal }),
  });
}

/** One request about an organization; what it says afterwards is what the page shows. */
export function useOrganizationChange(org: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      method,
      rest,
      body,
    }: {
      method: "PUT" | "PATCH" | "POST" | "DELETE";
      rest: string[];
      body?: unknown;
    }) => api<unknown>(method, apiPath("hub", "organizations", org, ...rest), body),
    onSettled: () => client.invalidateQueries({ queryKey: organizationsKey }),
  });
}
