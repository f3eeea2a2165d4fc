import { type Cluster, isNotFound } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { filled } from "./patch.ts";
import type { ActionTask } from "./task.ts";

/** Where the commands of an action run that names a container image itself. */
export interface OwnImage {
  image: string;
  /** Plain variables. */
  env: Record<string, string>;
  /** Variables that the container reads from the workspace's Secrets: they pass through nobody's hands. */
  secrets: Record<string, { name: string; key: string }>;
  /** Those of them that the output may show. */
  shown: Set<string>;
}

/** @throws ProblemError for an expression that fails */
export async function ownImageOf({
  action,
  scope,
}: Pick<ActionTask, "action" | "scope">): Promise<OwnImage | undefined> {
  if (!action.image) return undefined;
  const own: OwnImage = { image: await filled(action.image, scope), env: {}, secrets: {}, shown: new Set() };
  for (const [name, said] of Object.entries(action.env ?? {}))
    if ("value" in said) own.env[name] = await filled(said.value, scope);
    else {
      const secret = await filled(said.secret.name, scope);
      if (secret === "") continue;
      own.secrets[name] = { name: secret, key: await filled(said.secret.key, scope) };
      if (said.secret.shown) own.shown.add(name);
    }
  return own;
}

/** What the output must not show of what the container is given. */
export async function secretTexts(
  installer: Cluster,
  namespace: string,
  { secrets, shown }: OwnImage,
): Promise<string[]> {
  const texts: string[] = [];
  for (const [variable, { name, key }] of Object.entries(secrets)) {
    if (shown.has(variable)) continue;
    try {
      const reference = { apiVersion: "v1", kind: "Secret", namespace, name };
      const { data } = await installer.get<KubernetesObject & { data?: Record<string, string> }>(reference);
      // Many end with a new line, which a shell leaves out.
      texts.push(
        Buffer.from(data?.[key] ?? "", "base64")
          .toString()
          .trim(),
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return texts;
}
