import { Script } from "node:vm";
import { z } from "zod";
import { parseQuantity } from "../model/quantity.ts";

const MOST_GROUPS = 20;
const LONGEST = 2_000;

/** A JavaScript expression, without `${{ }}`; a number is one too. */
export const expression = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text.length <= LONGEST, `is longer than ${LONGEST} characters`)
  .refine(isExpression, "is no expression: write it without ${{ }}, such as object.spec.replicas");

const quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => (parseQuantity(text) ?? -1) >= 0, "is no amount: write it like 100m or 1Gi");

const group = z
  .strictObject({
    each: expression.optional(),
    replicas: expression,
    cpu: expression.optional(),
    memory: expression.optional(),
    storage: expression.optional(),
    volumes: expression.optional(),
    default: z
      .strictObject({ cpu: quantity.optional(), memory: quantity.optional(), storage: quantity.optional() })
      .optional(),
  })
  .superRefine(({ default: presets = {}, ...declared }, context) => {
    for (const size of ["cpu", "memory", "storage"] as const)
      if (presets[size] !== undefined && declared[size] === undefined)
        context.addIssue({
          code: "custom",
          path: ["default", size],
          message: `stands in for ${size}, which the group does not declare`,
        });
    if (declared.volumes !== undefined && declared.storage === undefined)
      context.addIssue({
        code: "custom",
        path: ["volumes"],
        message: "counts volumes, and there is no storage",
      });
  });

/** `spec.provider.instances[].requests` of `app.yaml`. */
export const requestsSchema = z.strictObject({
  groups: z.array(group).max(MOST_GROUPS),
  loadBalancers: expression.optional(),
});

/** Whether the text reads as one expression. It is compiled and never run here. */
function isExpression(text: string): boolean {
  try {
    new Script(`(${text}\n)`);
    return true;
  } catch {
    return false;
  }
}
