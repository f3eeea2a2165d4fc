import { type Cluster, isNotFound } from "../cluster/index.ts";
import { expand } from "../images/expand.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Locale } from "../model/locale.ts";
import type { ConnectionView } from "../model/stream.ts";
import { SpokenProblem } from "./messages.ts";

/**
 * The connection card. Secrets are read as the member, so RBAC decides whether they may see the values. A Secret that
 * the operator has not made yet leaves its field, and every URI that uses it, out.
 */
export async function connectionView(
  member: Cluster,
  kind: InstanceKind,
  object: KubernetesObject,
  locale: Locale,
): Promise<ConnectionView> {
  if (!kind.connection) throw new SpokenProblem("no-connection", { kind: kind.title });
  const { name, namespace = "" } = object.metadata;
  const scope: Record<string, unknown> = { name, namespace, object };
  const secrets = new Map<string, Record<string, string> | undefined>();
  const fields: ConnectionView["fields"] = [];
  const hidden = new Set<string>();
  const missing = new Set<string>();
  for (const field of kind.connection.fields) {
    const value = field.secret
      ? await secretValue(member, namespace, field.secret, scope, secrets)
      : await expand(field.value ?? "", scope);
    if (field.hidden) hidden.add(field.name);
    // Empty: read from a status that the operator has not written yet.
    if (value === undefined || value === "") {
      missing.add(field.name);
      continue;
    }
    scope[field.name] = value;
    fields.push({
      name: field.name,
      label: field.i18n?.[locale]?.label ?? field.label,
      value,
      secret: field.hidden ?? false,
      ...(field.file && { file: await expand(field.file, scope) }),
    });
  }
  const uris: ConnectionView["uris"] = [];
  const uses = (text: string, names: Set<string>) =>
    [...names].some((each) => new RegExp(`\\b${each}\\b`).test(text));
  for (const uri of kind.connection.uris) {
    if (uses(uri.value, missing)) continue;
    uris.push({ name: uri.name, value: await expand(uri.value, scope), secret: uses(uri.value, hidden) });
  }
  return { fields, uris };
}

async function secretValue(
  member: Cluster,
  namespace: string,
  reference: { name: string; key: string },
  scope: Record<string, unknown>,
  known: Map<string, Record<string, string> | undefined>,
): Promise<string | undefined> {
  const name = await expand(reference.name, scope);
  if (name === "") return undefined;
  const key = await expand(reference.key, scope);
  if (!known.has(name)) known.set(name, await secretData(member, namespace, name));
  const encoded = known.get(name)?.[key];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}

async function secretData(
  member: Cluster,
  namespace: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  try {
    const secret = await member.get<KubernetesObject & { data?: Record<string, string> }>({
      apiVersion: "v1",
      kind: "Secret",
      name,
      namespace,
    });
    return secret.data ?? {};
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
