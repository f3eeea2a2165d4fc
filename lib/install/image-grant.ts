import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { GrantedRight } from "../model/plan.ts";
import { because } from "../model/reasons.ts";
import type { Cloud } from "./entry.ts";
import { type Grant, grantObjects, grantOf } from "./grant.ts";
import { grantFile } from "./grant-file.ts";
import { providerObjects, type SharedImage } from "./provider-objects.ts";
import { typesOf } from "./resolve.ts";
import { rightsOf } from "./rights.ts";

export interface ImageGrantOptions {
  cloud: Cloud;
  systemNamespace?: string;
  /** What was drawn for the image, where it draws. */
  values?: Readonly<Record<string, string>>;
}

/**
 * What a provider or shared image wants in the cluster, and the grant that this takes. `name` is `<org>.<repo>`.
 * @throws ProblemError for an image that cannot be rendered or granted
 */
export async function imageGrant(
  cluster: Cluster,
  name: string,
  image: SharedImage,
  { cloud, systemNamespace, values = {} }: ImageGrantOptions,
): Promise<{ grant: Grant; objects: KubernetesObject[] }> {
  const objects = await providerObjects(image, values, cloud, typesOf(cluster));
  const resourceOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
    cluster.discovery.find(apiVersion, kind);
  const where = systemNamespace ? { systemNamespace } : {};
  return { grant: await grantOf({ name, image, objects, resourceOf, ...where }), objects };
}

/** The same as a file for `kubectl apply -f`, and in words. */
export async function imageGrantFile(
  cluster: Cluster,
  name: string,
  image: SharedImage,
  options: ImageGrantOptions,
): Promise<{ file: string; rights: GrantedRight[] }> {
  const { grant } = await imageGrant(cluster, name, image, options);
  const { title, version } = image.content;
  const where = options.systemNamespace ? { systemNamespace: options.systemNamespace } : {};
  return {
    file: grantFile(title, version, grantObjects(grant, { version, ...where })),
    rights: grantWords(grant),
  };
}

/** What an administrator allows with a grant, the strongest first. */
function grantWords(grant: Grant): GrantedRight[] {
  const wide = rightsOf(
    grant.ruling.filter(({ kind }) => kind.startsWith("ClusterRole")),
    "",
  );
  const namespaces = grant.namespaces.join(", ");
  const named = [...grant.clusterRules, ...grant.rules.flatMap(({ rules }) => rules)]
    .filter(({ verbs }) => verbs.includes("patch"))
    .flatMap(({ resources = [], resourceNames = [] }) =>
      resourceNames.map((each) => `${resources[0]}/${each}`),
    );
  const kinds = grant.ruling
    .filter(({ metadata }) => metadata.name === `hub-provider-${grant.name}-edit`)
    .flatMap((role) => (role.rules as { resources: string[] }[]).flatMap(({ resources }) => resources));
  return [
    ...wide,
    {
      level: "info",
      message: `Its pods run in ${namespaces}, and there with whatever else it asks for.`,
      ...because("grant-home", { namespaces }),
    },
    {
      level: "info",
      message: `The Hub may make, change and remove by name: ${named.join(", ")}.`,
      ...because("grant-objects", { names: named.join(", ") }),
    },
    ...(kinds.length > 0
      ? [
          {
            level: "info" as const,
            message: `Everybody may use ${kinds.join(", ")} in their own workspace.`,
            ...because("grant-tenants", { kinds: kinds.join(", ") }),
          },
        ]
      : []),
  ];
}
