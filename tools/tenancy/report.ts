import { type Answer, type Person, people, type Rights, routes } from "./expected.ts";
import { inOrder } from "./kubernetes-door.ts";

/** `expected` beside `real`: one text when they agree, both when they do not. */
const side = (expected: string, real: string): string =>
  expected === real ? expected || "–" : `**${real || "–"}** instead of ${expected || "–"}`;

const row = (cells: string[]): string => `| ${cells.join(" | ")} |`;

function table(head: string[], rows: string[][]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

export type RouteAnswers = Map<string, Partial<Record<Person, Answer>>>;

/** The answers of the API's routes; `methods` has the method and path of each operation's id. */
export function routeTable(answers: RouteAnswers, methods: Map<string, string>): string {
  const rows = Object.entries(routes).map(([id, expected]) => [
    `\`${methods.get(id) ?? id}\``,
    ...people.map((person) => side(expected[person], answers.get(id)?.[person] ?? "not asked")),
  ]);
  return table(["route", ...people], rows);
}

export type Role = Exclude<keyof Rights, "resources">;
export type RightsByResource = Map<string, Partial<Record<Role, string>>>;

/** Verbs by resource and role, as they should be and as they were answered. */
export function rightsTable(
  roles: readonly Role[],
  expected: RightsByResource,
  real: RightsByResource,
): string {
  const resources = [...new Set([...expected.keys(), ...real.keys()])].sort();
  const cell = (resource: string, role: Role) =>
    side(inOrder(expected.get(resource)?.[role] ?? ""), real.get(resource)?.[role] ?? "");
  const rows = resources.map((resource) => [`\`${resource}\``, ...roles.map((role) => cell(resource, role))]);
  return table(
    ["resource", ...roles],
    rows.map((cells) => cells.map(short)),
  );
}

/** Long lists of verbs by what they mean. */
function short(cell: string): string {
  return cell
    .replaceAll("get list watch create update patch delete deletecollection", "everything")
    .replaceAll("get list watch", "read");
}

export interface Attempt {
  what: string;
  by: string;
  /** Why it was refused, by status and reason; "let in" when it was not. */
  answer: string;
}

export function attemptTable(attempts: Attempt[]): string {
  return table(
    ["attempt", "by", "answer"],
    attempts.map(({ what, by, answer }) => [what, by, answer]),
  );
}

/** docs/tenancy.md. */
export function tenancyPage(tables: {
  routes: string;
  workspace: string;
  cluster: string;
  attempts: string;
}): string {
  return `# Who may do what

Made by \`app/api/tenancy.it.test.ts\`, which asks every route of the API, and every kind and verb that the cluster
serves, in the name of each person. \`tools/tenancy/expected.ts\` says what should come out; where an answer differs, its
cell shows both. The tests pass only when none does, on the sandbox and on a real control plane. Bring this page up to
date with \`UPDATE_DOCS=1 npm run test:integration tenancy\`.

"Other tenant" and "administrator" ask about a workspace of somebody else. "Expired" has the cookie of a session whose time
is over. Headers that claim to be somebody else were sent with every GET and PATCH and changed no answer. A workspace
that one has no account in answers the same whether it exists or not.

## The console's API

${tables.routes}

## Kubernetes, in a workspace

With one's own token, as kubectl sends it. "read" is get, list and watch; "everything" is that and create, update, patch,
delete and deletecollection. A member of another workspace, an anonymous request, a token that never was one and a token
whose account is gone were asked the same there, in \`sealos-system\` and in \`kube-system\`, and are granted nothing.

${tables.workspace}

## Kubernetes, the whole cluster

${tables.cluster}

## Becoming more than one is

Each is tried as a dry run or a read, against the API server itself. 403 comes from RBAC, Pod Security, quotas or the
escalation check; 422 is a change that the kind does not allow.

${tables.attempts}
`;
}
