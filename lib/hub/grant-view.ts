import { imageGrantFile } from "../install/image-grant.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { GrantView } from "../model/repository-views.ts";
import type { ResolvedImage } from "./catalogue.ts";
import type { Hub } from "./hub.ts";

/** Throws `image-invalid` for an application: it takes no grant. */
export async function grantView(
  hub: Hub,
  { repository, content, digest }: ResolvedImage,
): Promise<GrantView> {
  const { organization, repository: repo } = repository.spec;
  if (content.mode === "application")
    throw new ProblemError(
      "image-invalid",
      `${organization}/${repo} is an application, not a provider.`,
      because("not-a-provider", { image: `${organization}/${repo}` }),
    );
  const { cloudDomain, cloudPort, cloudScheme, certSecretName, systemNamespace } = hub.config;
  const name = `${organization}.${repo}`;
  const made = await imageGrantFile(
    hub.cluster,
    name,
    { repo, content },
    {
      cloud: { domain: cloudDomain, port: cloudPort, scheme: cloudScheme, certSecretName },
      systemNamespace,
    },
  );
  const image = hub.catalogue.images
    .list()
    .find(({ spec }) => spec.repository === name && spec.digest === digest);
  const condition = image?.status?.conditions?.find(({ type }) => type === "Granted");
  return { ...made, ...(condition ? { granted: condition.status === "True" } : {}) };
}
