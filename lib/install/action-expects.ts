import { Expressions, type Scope } from "../images/index.ts";
import type { ExpectedObject } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { withInstance } from "./action-scope.ts";
import { asProblem } from "./render-problem.ts";

/**
 * The object that an operator will make, as its provider expects it: to be looked at, never to be applied.
 * @throws ProblemError for an expression that fails
 */
export async function expectedObject(
  { apiVersion, kind, name, like }: ExpectedObject,
  scope: Scope,
): Promise<KubernetesObject> {
  try {
    const expressions = await Expressions.create();
    const [text, called] = await Promise.all([
      expressions.evaluate(`JSON.stringify((${like}\n) ?? {})`, scope),
      expressions.expand(withInstance(name), scope),
    ]);
    return { ...JSON.parse(String(text)), apiVersion, kind, metadata: { name: called } };
  } catch (error) {
    throw asProblem(error);
  }
}
