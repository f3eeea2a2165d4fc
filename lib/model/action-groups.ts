/** What an action is for; pages list actions under these headings, in this order. */
export const ACTION_GROUPS = ["size", "users", "access", "backup", "upkeep"] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];
