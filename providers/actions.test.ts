import { expect, it } from "vitest";
import { objections } from "../lib/install/fit.ts";
import { act, contents, instance, refusal } from "./actions.test-support.ts";

const spoken = [...contents].flatMap(([provider, { actions }]) =>
  actions.map((action) => ({
    provider,
    action,
    title: `${provider}: ${action.name} (${action.target?.kind})`,
  })),
);

it.each(spoken)(
  "$title speaks English and Chinese, and says what it is for and what becomes of connections",
  ({ action }) => {
    expect(action.group).toBeTruthy();
    expect(action.title).toBeTruthy();
    expect(action.i18n?.zh?.title).toBeTruthy();
    expect(action.description).toMatch(/connect|client|restart/i);
    expect(action.i18n?.zh?.description).toMatch(/连接|客户端|重启/);
    for (const { name, title, i18n } of action.inputs)
      expect([name, Boolean(title), Boolean(i18n?.zh?.title)]).toEqual([name, true, true]);
    for (const { i18n } of action.checks ?? []) expect(i18n?.zh?.message).toBeTruthy();
  },
);

const exposable = [
  ["postgres", "postgresql"],
  ["mysql", "InnoDBCluster"],
  ["redis", "Redis"],
  ["redis", "RedisReplication"],
  ["kubeblocks", "Cluster"],
] as const;

it.each(exposable)("%s: of opening and closing %s only one makes sense at a time", async (provider, kind) => {
  const object = await instance(provider, kind);
  const sensible = async (now: typeof object) => {
    const actions = (contents.get(provider)?.actions ?? []).filter(
      ({ name, target }) => ["expose", "close"].includes(name) && target?.kind === kind,
    );
    const against = await objections(actions, now, {});
    return actions.map(({ name }) => name).filter((_, at) => !against[at]);
  };
  expect(await sensible(object)).toEqual(["expose"]);
  const open = await act(provider, object, "expose", { how: "NodePort" });
  expect(await sensible(open.object)).toEqual(["close"]);
  expect((await refusal(provider, open.object, "expose", { how: "NodePort" })).message).toContain("already");
});

it.each(exposable)(
  "%s: a load balancer for %s is refused where the workspace's quota has no room for one",
  async (provider, kind) => {
    const object = await instance(provider, kind);
    const inputs = { how: "LoadBalancer", ...(provider === "postgres" ? { from: "10.0.0.0/8" } : {}) };
    const refused = await refusal(provider, object, "expose", inputs, { "services.loadbalancers": 0 });
    expect(refused.fields).toMatchObject([
      { field: "how", message: expect.stringContaining("choose NodePort") },
    ]);
  },
);
