import type { OrganizationRole } from "@/lib/model/resources";

export const roles = ["viewer", "publisher", "owner"] as const satisfies OrganizationRole[];
