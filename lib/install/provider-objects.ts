import type { ImageContent } from "../model/image.ts";
import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import type { Cloud } from "./entry.ts";
import { isEntry } from "./entry.ts";
import { textAt } from "./paths.ts";
import { renderContext } from "./prepare.ts";
import { renderImage } from "./render.ts";
import type { TypeSource } from "./render-types.ts";
import { validateInputs } from "./values.ts";

/** A `provider` or `shared` image; `repo` is the last part of its name. */
export interface SharedImage {
  repo: string;
  content: ImageContent;
}

/** The namespace where the operator or the shared instance lives. */
export function homeOf({ content, repo }: SharedImage): string {
  return content.mode === "shared"
    ? `shared-${repo}`
    : (content.provider?.operator.namespace ?? `provider-${repo}`);
}

/** Whether the image draws random values, which have to be kept between two renderings. */
export function drawsValues({ defaults, manifests }: ImageContent): boolean {
  return Object.keys(defaults).length > 0 || manifests.some(({ text }) => /\brandom\s*\(/.test(text));
}

/**
 * What one provider or shared image wants in the cluster.
 * @throws ProblemError for an image that cannot be rendered
 */
export async function providerObjects(
  image: SharedImage,
  values: Readonly<Record<string, string>>,
  cloud: Cloud,
  types: TypeSource,
): Promise<KubernetesObject[]> {
  const { content } = image;
  const chosen = content.provider?.operator.manifests;
  const manifests = chosen
    ? content.manifests.filter(({ path }) => chosen.includes(path))
    : content.manifests;
  const rendered = await renderImage({
    content: { ...content, manifests },
    inputs: await validateInputs(content, {}),
    values,
    context: renderContext(homeOf(image), cloud),
    types,
  });
  return rendered.objects.map(({ object }) => object).filter((object) => !isEntry(object));
}

const RULING = new Set([
  "rbac.authorization.k8s.io",
  "admissionregistration.k8s.io",
  "apiregistration.k8s.io",
]);

/**
 * Whether an object is an administrator's to apply, with the grant, and never the manager's: whoever writes rights,
 * admission or the API itself can make themselves an administrator of the cluster. Namespaces decide what pods may do.
 */
export function isRuling(object: { apiVersion: string; kind: string }): boolean {
  const { group } = parseApiVersion(object.apiVersion);
  if (RULING.has(group) || (group === "" && object.kind === "Namespace")) return true;
  // Who names the webhook that converts a kind reads and rewrites everything of that kind.
  return (
    object.kind === "CustomResourceDefinition" && textAt(object, "spec.conversion.strategy") === "Webhook"
  );
}
