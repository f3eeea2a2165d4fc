import { expect, it } from "vitest";
import { contents, instance, refusal } from "./actions.test-support.ts";

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

it.each([
  ["postgres", "postgresql"],
  ["mysql", "InnoDBCluster"],
  ["redis", "Redis"],
  ["redis", "RedisReplication"],
  ["kubeblocks", "Cluster"],
])(
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
