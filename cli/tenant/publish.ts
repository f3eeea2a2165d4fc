import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { hubApi } from "./hub-api.ts";

/** `org/repo`, without a tag. Throws a usage error for anything else. */
export function repositoryOf(text: string): { organization: string; repository: string } {
  const [organization, repository, ...more] = text.split("/");
  if (organization && repository && more.length === 0 && !/[:@]/.test(text))
    return { organization, repository };
  throw new CommandError(["{text} is no repository: write ORG/REPO.", "{text} 不是仓库，请写成 ORG/REPO。"], {
    params: { text },
    exit: "usage",
  });
}

/** Makes a registry's repository visible in the Hub; the manager reads its tags then. */
export async function publish(
  context: Context,
  { name, source, private: isPrivate }: { name: string; source: string; private: boolean },
): Promise<void> {
  const { organization, repository } = repositoryOf(name);
  const { ask, session } = await hubApi(context);
  const visibility = isPrivate ? "private" : "public";
  const body = { organization, repository, source: source.replace(/^https?:\/\//, ""), visibility };
  await ask("POST", "/api/hub/repositories", body);
  const page = new URL(`/hub/${organization}/${repository}`, session.url).href;
  context.out.result({ ...body, page }, () =>
    context.out.say(["{name} is published from {source}: {page}", "{name} 已从 {source} 发布：{page}"], {
      name,
      source: body.source,
      page,
    }),
  );
}

export async function unpublish(context: Context, { name }: { name: string }): Promise<void> {
  const { organization, repository } = repositoryOf(name);
  const { ask } = await hubApi(context);
  await ask(
    "DELETE",
    `/api/hub/repositories/${encodeURIComponent(organization)}/${encodeURIComponent(repository)}`,
  );
  context.out.result({ organization, repository }, () =>
    context.out.say(
      [
        "{name} is not in the Hub any more; its registry keeps it.",
        "{name} 已从 Hub 下架，镜像仓库中仍保留。",
      ],
      { name },
    ),
  );
}
