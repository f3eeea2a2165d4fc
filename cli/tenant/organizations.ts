import type { OrganizationCard, OrganizationView } from "../../lib/model/organization-views.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { type HubApi, hubApi } from "./hub-api.ts";

function pathOf(org: string, ...more: string[]): string {
  return ["/api/hub/organizations", ...[org, ...more].map(encodeURIComponent)].join("/");
}

export async function listOrganizations(context: Context): Promise<void> {
  const { ask } = await hubApi(context);
  const { items } = await ask<{ items: OrganizationCard[] }>("GET", "/api/hub/organizations");
  context.out.table(items, [
    { title: "NAME", of: ({ name }) => name },
    { title: "ROLE", of: ({ role = "–" }) => role },
    { title: "MEMBERS", of: ({ members }) => String(members) },
    { title: "IMAGES", of: ({ repositories }) => String(repositories) },
    { title: "TITLE", of: ({ displayName }) => displayName },
  ]);
}

export async function createOrganization(
  context: Context,
  { name, title }: { name: string; title: string | undefined },
): Promise<void> {
  const { ask } = await hubApi(context);
  const body = { name, ...(title ? { displayName: title } : {}) };
  const made = await ask<OrganizationView>("POST", "/api/hub/organizations", body);
  context.out.result(made, () =>
    context.out.say(["{name} is there, and you own it.", "{name} 已创建，您是所有者。"], { name }),
  );
}

export async function deleteOrganization(context: Context, { name }: { name: string }): Promise<void> {
  const { ask } = await hubApi(context);
  await ask("DELETE", pathOf(name));
  context.out.result({ name }, () => context.out.say(["{name} is gone.", "{name} 已删除。"], { name }));
}

/** The people of an organization. */
export async function listMembers(context: Context, { name }: { name: string }): Promise<void> {
  const { ask } = await hubApi(context);
  const { people } = await ask<OrganizationView>("GET", pathOf(name));
  context.out.table(people, [
    { title: "USER", of: ({ user, self }) => `${user}${self ? " *" : ""}` },
    { title: "ROLE", of: ({ role }) => role },
    { title: "NAME", of: ({ name: shown }) => shown },
  ]);
}

export async function setMember(
  context: Context,
  { name, user, role }: { name: string; user: string; role: string },
): Promise<void> {
  const { ask } = await hubApi(context);
  const { people } = await ask<OrganizationView>("PUT", pathOf(name, "members", user), { role });
  context.out.result(people, () =>
    context.out.say(["{user} is {role} of {name}.", "{user} 是 {name} 的 {role}。"], { user, role, name }),
  );
}

/** Removes a member; without a user, the one who asks. */
export async function removeMember(
  context: Context,
  { name, user }: { name: string; user: string | undefined },
): Promise<void> {
  const { ask } = await hubApi(context);
  const who = user ?? (await self(ask, name));
  await ask("DELETE", pathOf(name, "members", who));
  context.out.result({ name, user: who }, () =>
    context.out.say(["{user} does not belong to {name} any more.", "{user} 不再属于 {name}。"], {
      user: who,
      name,
    }),
  );
}

async function self(ask: HubApi["ask"], name: string): Promise<string> {
  const { people } = await ask<OrganizationView>("GET", pathOf(name));
  const found = people.find((person) => person.self);
  if (found) return found.user;
  throw new CommandError(["You do not belong to {name}.", "您不属于 {name}。"], {
    params: { name },
    exit: "not-found",
  });
}

/** A link that lets one person in, once, within a week. */
export async function invite(
  context: Context,
  { name, role }: { name: string; role: string },
): Promise<void> {
  const { ask } = await hubApi(context);
  const { code, url, expiresAt } = await ask<{ code: string; url: string; expiresAt: string }>(
    "POST",
    pathOf(name, "invitations"),
    { role },
  );
  context.out.result({ code, url, expiresAt }, () => url);
}

/** What the organization is known by at registries, in place of what was kept before. */
export async function setCredentials(
  context: Context,
  given: {
    name: string;
    registry: string | undefined;
    username: string | undefined;
    forget: boolean;
    fromInput: boolean;
  },
): Promise<void> {
  const { name, registry, username, forget, fromInput } = given;
  if (!forget && (!registry || !username))
    throw new CommandError(
      [
        "Name the registry and the user: --registry HOST -u USER, or --forget.",
        "请指定镜像仓库和用户：--registry 主机 -u 用户，或 --forget。",
      ],
      { exit: "usage" },
    );
  const { ask } = await hubApi(context);
  const { readPassword } = await import("../registry/password.ts");
  const credentials = forget
    ? []
    : [
        {
          registry,
          username,
          password: await readPassword(context.out.say(["Password: ", "密码："]), fromInput),
        },
      ];
  await ask("PUT", pathOf(name, "credentials"), { credentials });
  context.out.result({ name, registries: credentials.map((each) => each.registry) }, () =>
    forget
      ? context.out.say(["{name} has no registry credentials any more.", "{name} 不再保存镜像仓库凭据。"], {
          name,
        })
      : context.out.say(
          ["{name} signs in to {registry} as {username}.", "{name} 以 {username} 登录 {registry}。"],
          {
            name,
            registry: registry ?? "",
            username: username ?? "",
          },
        ),
  );
}
