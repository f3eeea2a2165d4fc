import type { Right } from "./rights.ts";

/** Rights that no request can use and that are there all the same. */
export interface Exception {
  role: string;
  verbs: RegExp;
  resources: RegExp;
  why: string;
}

/** Each has to be needed: `main.ts` fails on one that covers nothing, or that covers a right which was used. */
export const exceptions: Exception[] = [
  {
    role: "hub-base-viewer",
    verbs: /^(list|watch)$/,
    resources: /^(pods\/log|pods\/status|deployments\/scale|replicasets\/scale|statefulsets\/scale)$/,
    why: "Kubernetes' own role `view` holds them, so charts write them into their Roles; nobody may make a Role with rights that they do not hold.",
  },
  {
    role: "hub-base-editor",
    verbs: /^(create|delete|deletecollection)$/,
    resources: /^(deployments|replicasets|statefulsets)\/scale$/,
    why: "Kubernetes' own role `edit` holds them, so charts write them into their Roles; nobody may make a Role with rights that they do not hold.",
  },
];

export function excepts({ role, verbs, resources }: Exception, right: Right): boolean {
  return right.role === role && verbs.test(right.verb) && resources.test(right.resource);
}
