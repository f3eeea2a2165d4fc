import { z } from "zod";

/** Names in addresses, for the routes here and those of the pages' server. */
export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "not a Kubernetes object name");
export const namespaceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "not a namespace name");
export const inNamespace = z.object({ ns: namespaceName });
