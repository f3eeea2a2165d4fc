import type { AnyCommand } from "./definition.ts";

const build = () => import("../commands/build.ts");
const sign = () => import("../commands/sign.ts");
const apply = () => import("../commands/apply.ts");
const explain = () => import("../commands/explain.ts");
const login = () => import("../commands/login.ts");
const manage = () => import("../commands/manage.ts");
const publish = () => import("../commands/publish.ts");
const stop = () => import("../commands/stop.ts");

/** Where the commands of one word are defined. */
const FILES = new Map<string, () => Promise<Record<string, unknown>>>(
  Object.entries({
    init: build,
    lint: build,
    build,
    push: () => import("../commands/push.ts"),
    pull: () => import("../commands/pull.ts"),
    copy: () => import("../commands/copy.ts"),
    inspect: () => import("../commands/inspect.ts"),
    sign,
    verify: sign,
    bundle: () => import("../commands/bundle.ts"),
    load: () => import("../commands/load.ts"),
    publish,
    unpublish: publish,
    login,
    logout: login,
    credential: login,
    run: () => import("../commands/run.ts"),
    apply,
    delete: apply,
    actions: apply,
    search: manage,
    get: manage,
    upgrade: manage,
    rollback: manage,
    uninstall: manage,
    logs: manage,
    open: manage,
    timeline: explain,
    troubleshoot: explain,
    stop,
    start: stop,
    schedule: stop,
    statement: () => import("../commands/statement.ts"),
    quota: () => import("../commands/quota.ts"),
    show: () => import("../commands/show.ts"),
    budget: () => import("../commands/budget.ts"),
    usage: () => import("../commands/usage.ts"),
    completion: () => import("../commands/completion.ts"),
    version: () => import("../commands/version.ts"),
  }),
);

/**
 * The definitions that a command line needs, by its first word: the command's own, because reading all of them takes a
 * quarter of a short command's time; all of them where it is no command of one word (a group, help, a mistake).
 */
export async function commandsFor(word: string | undefined): Promise<readonly AnyCommand[]> {
  const file = FILES.get(word ?? "");
  if (!file) return (await import("../commands.ts")).commands;
  return Object.values(await file()).filter(
    (each): each is AnyCommand => (each as Partial<AnyCommand>).name === word,
  );
}
