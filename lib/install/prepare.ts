import type { MeterDeclaration } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { PlanNotice } from "../model/plan.ts";
import type { App, Requirement } from "../model/resources.ts";
import type { ChartDocument } from "./chart/drawn.ts";
import { type Program, programOf } from "./command/program.ts";
import { needsContainer } from "./command/refusal.ts";
import { addressOf, type Cloud, entryOf, isEntry } from "./entry.ts";
import { metersOf } from "./meters.ts";
import type { ImageMirror } from "./mirrors.ts";
import { isCustom } from "./order.ts";
import { type Owner, stamped } from "./ownership.ts";
import { textAt } from "./paths.ts";
import { groupKind } from "./references.ts";
import { renderImage } from "./render.ts";
import type { RenderContext, Rendered, TypeSource } from "./render-types.ts";
import type { ResolvedImage } from "./resolve.ts";
import { type Blocker, checkRules, type PolicyRule } from "./rules.ts";
import { appAccount } from "./tenant.ts";

/** What rendering is told about the cluster, for one namespace. */
export function renderContext(namespace: string, cloud: Cloud): RenderContext {
  return {
    namespace,
    cloudDomain: cloud.domain,
    cloudPort: cloud.port,
    certSecretName: cloud.certSecretName,
    serviceAccount: appAccount(namespace),
  };
}

export interface PrepareInput {
  installation: { name: string; namespace: string; uid?: string };
  image: ResolvedImage;
  inputs: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  /** What expressions see; of an older revision, what they saw then. It is the tenant's to change, so no rule asks it. */
  context: RenderContext;
  cloud: Cloud;
  types: TypeSource;
  /** What the image's chart was rendered to. */
  chart?: readonly ChartDocument[] | undefined;
  /** The container image that runs commands of images; absent where the cluster runs none. */
  runnerImage?: string | undefined;
  rules: {
    consoleHosts: readonly string[];
    hostsInUse: ReadonlyMap<string, string>;
    tenantRules: readonly PolicyRule[];
    allowSnippets?: boolean;
    imageMirrors?: readonly ImageMirror[];
  };
}

export interface Prepared {
  /** What is to be applied, labelled; the image's own desktop entry is not among it. */
  objects: KubernetesObject[];
  entry: App;
  address: string | undefined;
  notices: PlanNotice[];
  blockers: Blocker[];
  /** The image's command, which makes more than is known here. Its objects are among `objects`. */
  program?: Program;
  /** What of it is counted, with the names that its Services have here. */
  meters: MeterDeclaration[];
  /** Custom kinds and images that have to be there first. */
  requires: Requirement[];
}

/** Renders an application image for one namespace and holds it to the rules (`rules.ts`). */
export async function prepare(input: PrepareInput): Promise<Prepared> {
  const { image, installation, context, cloud } = input;
  const { content } = image;
  const rendered = await renderImage({
    content,
    inputs: input.inputs,
    values: input.values,
    context: { ...context, namespace: installation.namespace },
    types: input.types,
    chart: input.chart,
  });
  const own = renderContext(installation.namespace, cloud);
  const { runnerImage } = input;
  const program = runnerImage
    ? await programOf({ ...input, context, runnerImage, account: own.serviceAccount })
    : undefined;
  const checked = checkRules(
    program ? { ...rendered, objects: [...rendered.objects, ...program.objects] } : rendered,
    { context: own, ...input.rules },
  );
  const foreign = runnerImage ? undefined : content.command?.foreign;
  const all = checked.objects.map(({ object }) => object);
  const owner: Owner = { kind: "installation", name: installation.name };
  const address = addressOf(all, cloud);
  return {
    objects: all.filter((object) => !isEntry(object)).map((object) => stamped(object, owner)),
    entry: entryOf({ installation, image, content, objects: all, address }),
    address,
    notices: [...(program ? [program.notice] : []), ...checked.notices],
    ...(program ? { program } : {}),
    blockers: [...checked.blockers, ...(foreign ? [needsContainer(foreign)] : [])],
    meters: await metersOf(content, { ...input, context: own }),
    requires: [...content.requires, ...customKinds(rendered)],
  };
}

/** Custom kinds that the manifests use and do not define themselves. */
function customKinds(rendered: Rendered): { apiVersion: string; kind: string }[] {
  const objects = rendered.objects.map(({ object }) => object);
  const defined = definedKinds(objects);
  return objects
    .filter((object) => isCustom(object) && !isEntry(object) && !defined.has(groupKind(object)))
    .map(({ apiVersion, kind }) => ({ apiVersion, kind }));
}

/** `group/Kind` of every definition among the objects. */
function definedKinds(objects: readonly KubernetesObject[]): Set<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map((definition) => `${textAt(definition, "spec.group")}/${textAt(definition, "spec.names.kind")}`),
  );
}
