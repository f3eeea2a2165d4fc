import { type Cluster, isAlreadyExists } from "../cluster/index.ts";
import { validateInputs } from "../install/values.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Installation, label } from "../model/resources.ts";
import type { ResolvedImage } from "./catalogue.ts";

/** Name of the Secret in which the Hub keeps an installation's secret inputs. */
export const inputsSecret = (installation: string) => `${installation}-inputs`;

/**
 * The inputs that an installation has after a change: what is set now, its secrets too, then what is wanted. What the
 * image does not declare (any more) is left out.
 */
export async function inputsAfter(
  member: Cluster,
  current: Installation,
  image: ResolvedImage,
  wanted: Record<string, string>,
): Promise<Record<string, string>> {
  const { name, namespace = "" } = current.metadata;
  const kept = await readSecret(member, namespace, name, current);
  return onlyDeclared(image, { ...current.spec.inputs, ...kept, ...wanted });
}

/** Declared inputs only, checked and completed, apart by whether they are secret. */
export async function splitInputs(
  image: ResolvedImage,
  given: Record<string, string>,
): Promise<{ open: Record<string, string>; secret: Record<string, string> }> {
  await validateInputs(image.content, given);
  const open: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const declared = image.content.inputs.find((input) => input.name === name);
    (declared?.secret ? secret : open)[name] = value;
  }
  return { open, secret };
}

/** An upgrade may have dropped inputs that the older version had. */
function onlyDeclared(image: ResolvedImage, given: Record<string, string>): Record<string, string> {
  const declared = new Set(image.content.inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => declared.has(name)));
}

/** Puts the values into the installation's own Secret of inputs. */
export async function writeSecret(
  member: Cluster,
  namespace: string,
  installation: string,
  values: Record<string, string>,
): Promise<void> {
  const name = inputsSecret(installation);
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: { [label.installation]: installation } },
    type: "Opaque",
    stringData: values,
  };
  try {
    await member.create(secret);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await member.patch(
      { apiVersion: "v1", kind: "Secret", name, namespace },
      { stringData: values },
      { type: "merge" },
    );
  }
}

/** The Secret goes when its installation goes. */
export async function ownSecret(member: Cluster, { metadata }: Installation): Promise<void> {
  const { name, namespace, uid = "" } = metadata;
  const ownerReferences = [{ apiVersion: API_VERSION, kind: "Installation", name, uid }];
  const ref = { apiVersion: "v1", kind: "Secret", name: inputsSecret(name), namespace };
  await member.patch(ref, { metadata: { ownerReferences } }, { type: "merge" });
}

/** What the installation's own Secret of inputs holds, if it counts. */
async function readSecret(
  member: Cluster,
  namespace: string,
  installation: string,
  current: Installation,
): Promise<Record<string, string>> {
  const name = inputsSecret(installation);
  if (!current.spec.inputsFrom?.some(({ secretRef }) => secretRef.name === name)) return {};
  const secret = await member.find<KubernetesObject & { data?: Record<string, string> }>({
    apiVersion: "v1",
    kind: "Secret",
    name,
    namespace,
  });
  const entries = Object.entries(secret?.data ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}
