import type { Cluster } from "../cluster/index.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import type { RepositoryDetail, RequirementView } from "../model/repository-views.ts";
import type { Image, Provider, Requirement } from "../model/resources.ts";
import { signatureStates as states } from "../model/signature.ts";
import { signerOf } from "./cards.ts";
import type { Catalogue, ResolvedImage } from "./catalogue.ts";
import type { Informers } from "./informers.ts";
import { actionsOf } from "./provider-view.ts";
import { ownReadmes } from "./readme-of.ts";
import { roleIn } from "./roles.ts";

/** Everything the image's page shows, but for the README. */
export async function repositoryDetail(
  { catalogue, cluster, informers }: { catalogue: Catalogue; cluster: Cluster; informers: Informers },
  uid: string,
  image: ResolvedImage,
): Promise<RepositoryDetail> {
  const { card, repository, content, tag } = image;
  const images = catalogue.imagesOf(card.org, card.repo);
  const said = new Map((repository.spec.tags ?? []).map((words) => [words.name, words]));
  const tags = (repository.status?.tags ?? []).map((known) => {
    const spec = { ...images.get(known.name)?.spec, ...said.get(known.name) };
    return {
      tag: known.name,
      digest: known.digest,
      size: known.size,
      createdAt: known.createdAt,
      ...(spec.version && { version: spec.version }),
      ...((spec.deprecated ?? known.deprecated) && {
        deprecated: true,
        ...(spec.deprecatedReason && { deprecatedReason: spec.deprecatedReason }),
      }),
      ...(spec.releaseNotes && { releaseNotes: spec.releaseNotes }),
      ...signatureIn(images.get(known.name)),
    };
  });
  const requires: RequirementView[] = [];
  for (const requirement of content.requires)
    requires.push(await requirementView(requirement, { catalogue, cluster, informers }, uid));
  return {
    card,
    tag,
    tags: tags.sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    inputs: content.inputs,
    actions: actionsOf(content),
    permissions: content.permissions.map((message, index) => ({
      message,
      ...content.permissionReasons?.[index],
      i18n: Object.fromEntries(
        Object.entries(content.i18n).flatMap(([locale, { permissions }]) =>
          permissions?.[index] ? [[locale, permissions[index]]] : [],
        ),
      ),
    })),
    requires,
    containerImages: content.containerImages,
    ...(content.command && {
      command: {
        lines: content.command.lines,
        runs: content.command.foreign ? ("container" as const) : ("natively" as const),
      },
    }),
    links: linksOf(image),
    ...(content.licence && { licence: content.licence }),
    generated: Object.keys(content.defaults).map((name) => ({ name })),
    visibility: repository.spec.visibility ?? "public",
    editable: ["owner", "publisher"].includes(
      roleIn(catalogue.organizations.get(undefined, card.org), uid) ?? "viewer",
    ),
    readmes: [...new Set([...Object.keys(content.readmes), ...Object.keys(ownReadmes(repository))])],
  };
}

/** What the manager found of the signature, unless that was of what the tag stood for before. */
function signatureIn(image: Image | undefined): Pick<RepositoryDetail["tags"][number], "signature"> {
  const said = image?.status?.conditions?.find(({ type }) => type === "Verified");
  const state = states.find((each) => each === said?.reason);
  if (!state || said?.observedGeneration !== image?.metadata.generation) return {};
  const key = signerOf(image);
  return { signature: { state, ...(state === "Signed" && key && { key }) } };
}

async function requirementView(
  requirement: Requirement,
  { catalogue, cluster, informers }: { catalogue: Catalogue; cluster: Cluster; informers: Informers },
  uid: string,
): Promise<RequirementView> {
  if ("image" in requirement) {
    const reference = parseImageReference(requirement.image);
    const known =
      reference && catalogue.repositories.get(undefined, repositoryName(reference.org, reference.repo));
    if (!reference || !known || !catalogue.maySee(uid, known)) return { requirement, satisfied: false };
    const { card } = catalogue.repository(uid, reference.org, reference.repo);
    const provider = informers.hub<Provider>("Provider").get(undefined, known.metadata.name);
    return {
      requirement,
      title: card.title,
      satisfied: provider?.status?.phase === "Ready",
      providedBy: card,
    };
  }
  const served = await cluster.discovery.find(requirement.apiVersion, requirement.kind);
  const providedBy = await catalogue.providerOf(uid, requirement.apiVersion, requirement.kind);
  return {
    requirement,
    ...(providedBy && { title: providedBy.title, providedBy }),
    satisfied: served !== undefined,
  };
}

/** http(s) only: the addresses are the author's. */
function linksOf({ repository, content }: ResolvedImage): { name: string; url: string }[] {
  const links = [
    ...(repository.spec.links ?? []),
    ...(content.url ? [{ name: "website", url: content.url }] : []),
    ...(content.gitRepo ? [{ name: "source", url: content.gitRepo }] : []),
  ];
  return links.filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url));
}
