import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readFolder, readImage } from "../lib/images/index.ts";
import { addressOf } from "../lib/install/entry.ts";
import { renderImage } from "../lib/install/render.ts";
import { fileTypes } from "../lib/install/testing/file-types.ts";
import { drawValues, validateInputs } from "../lib/install/values.ts";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import { act, type Instance, instance, refusal } from "./actions.test-support.ts";

/** What the actions that open a client install: the shipped image, with the inputs that the action gives it. */

const context = {
  ...{ namespace: "ns-a", cloudDomain: "apps.example.com", cloudPort: "", certSecretName: "cert" },
  serviceAccount: "a",
};
const cloud = { domain: "apps.example.com", port: "", scheme: "https", certSecretName: "cert" } as const;

const SECRET = { name: "shop-conn-credential", key: "password" };

interface Client {
  installation: KubernetesObject & { spec: { image: string; inputs: Record<string, string> } };
  objects: KubernetesObject[];
}

async function client(provider: string, object: Instance, action: string): Promise<Client> {
  const { created } = await act(provider, object, action);
  const installation = created[0] as unknown as Client["installation"];
  const repo = /^labring\/([a-z-]+):latest$/.exec(installation.spec.image)?.[1] ?? "";
  const content = readImage(await readFolder(fileURLToPath(new URL(`../images/${repo}`, import.meta.url))));
  const inputs = await validateInputs(content, installation.spec.inputs);
  const values = await drawValues(content, context, (bytes) => new Uint8Array(bytes).fill(7));
  const rendered = await renderImage({ content, inputs, values, context, types: fileTypes([]) });
  return { installation, objects: rendered.objects.map((each) => each.object) };
}

interface Container {
  name: string;
  env?: {
    name: string;
    value?: string;
    valueFrom?: { secretKeyRef: { name: string; key: string } };
  }[];
}

function containersOf({ objects }: Client): Container[] {
  const deployment = objects.find(({ kind }) => kind === "Deployment") as unknown as {
    spec: { template: { spec: { containers: Container[] } } };
  };
  return deployment.spec.template.spec.containers;
}

const envOf = (container: Container | undefined) =>
  Object.fromEntries(
    (container?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? valueFrom?.secretKeyRef]),
  );

describe("a client of a database", () => {
  it("is phpMyAdmin with the cluster's address and nobody's password", async () => {
    const made = await client("mysql", await instance("mysql", "InnoDBCluster"), "phpmyadmin");
    expect(made.installation.metadata).toMatchObject({
      name: "shop-phpmyadmin",
      annotations: { "hub.sealos.io/title": "phpMyAdmin · shop" },
    });
    expect(envOf(containersOf(made)[0])).toEqual({
      ...{ PMA_HOST: "shop.ns-a.svc", PMA_PORT: "3306", UPLOAD_LIMIT: "64M", HIDE_PHP_VERSION: "true" },
    });
    const bare = await instance("mysql", "InnoDBCluster", { spec: { router: { instances: 0 } } });
    const direct = await client("mysql", bare, "phpmyadmin");
    expect(envOf(containersOf(direct)[0]).PMA_HOST).toBe("shop-instances.ns-a.svc");
  });

  it("is pgAdmin that knows the server, and signs in with what stands in the cluster's Secret", async () => {
    const made = await client("postgres", await instance("postgres", "postgresql"), "pgadmin");
    const secret = { name: "postgres.shop.credentials.postgresql.acid.zalan.do", key: "password" };
    expect(envOf(containersOf(made)[0])).toMatchObject({
      PGADMIN_DEFAULT_EMAIL: "postgres@example.com",
      PGADMIN_DEFAULT_PASSWORD: secret,
      PGADMIN_SERVER_JSON_FILE: "/pgadmin4/own/servers.json",
      PGADMIN_REPLACE_SERVERS_ON_STARTUP: "True",
    });
    const map = made.objects.find(({ kind }) => kind === "ConfigMap") as unknown as {
      data: Record<string, string>;
    };
    expect(JSON.parse(map.data["servers.json"] ?? "").Servers["1"]).toMatchObject({
      ...{ Name: "shop", Host: "shop.ns-a.svc", Port: 5432, Username: "postgres", MaintenanceDB: "postgres" },
    });
  });

  it.each([
    ["Redis", "shop.ns-a.svc"],
    ["RedisReplication", "shop-master.ns-a.svc"],
  ])("is Redis Insight of a %s, reached only past a proxy that asks for the password", async (kind, host) => {
    const made = await client("redis", await instance("redis", kind), "redisinsight");
    const secret = { name: "shop-password", key: "password" };
    const [proxy, insight] = containersOf(made);
    expect(envOf(proxy)).toMatchObject({ REDIS_PASSWORD: secret });
    expect(envOf(insight)).toMatchObject({
      ...{ RI_APP_HOST: "127.0.0.1", RI_REDIS_HOST: host, RI_REDIS_PORT: "6379", RI_REDIS_PASSWORD: secret },
      RI_DATABASE_MANAGEMENT: "false",
    });
    const map = made.objects.find(({ kind: each }) => each === "ConfigMap") as unknown as {
      data: Record<string, string>;
    };
    expect(map.data["accounts.template"]).toBe("default:{PLAIN}${REDIS_PASSWORD}");
    expect(map.data["default.conf.template"]).toContain("auth_basic_user_file /etc/nginx/conf.d/accounts;");
  });

  it("is no Redis Insight of a server without a password", async () => {
    const open = await instance("redis", "Redis", { spec: { kubernetesConfig: { redisSecret: null } } });
    expect((await refusal("redis", open, "redisinsight")).message).toContain("has no password");
  });

  it.each([
    ["pgadmin", "postgresql", "postgresql", { PGADMIN_DEFAULT_PASSWORD: SECRET }],
    ["phpmyadmin", "apecloud-mysql", "mysql", { PMA_HOST: "shop-mysql.ns-a.svc", PMA_PORT: "3306" }],
    ["redisinsight", "redis", "redis", {}],
  ])("is %s for a KubeBlocks database of the engine %s alone", async (action, engine, component, env) => {
    const cluster = (clusterDefinitionRef: string, name: string) =>
      instance("kubeblocks", "Cluster", { spec: { clusterDefinitionRef, componentSpecs: [{ name }] } });
    const made = await client("kubeblocks", await cluster(engine, component), action);
    expect(made.installation.spec.inputs.host).toBe(`shop-${component}.ns-a.svc`);
    expect(envOf(containersOf(made)[0])).toMatchObject(env);
    const other = await refusal("kubeblocks", await cluster("mongodb", "mongodb"), action);
    expect(other.message).toContain("shop is mongodb");
  });

  it.each([
    ["mysql", "InnoDBCluster", "phpmyadmin"],
    ["postgres", "postgresql", "pgadmin"],
    ["redis", "Redis", "redisinsight"],
  ])(
    "of %s has an address of its own that nobody guesses, opened in a tab",
    async (provider, kind, action) => {
      const { objects } = await client(provider, await instance(provider, kind), action);
      expect(addressOf(objects, cloud)).toMatch(/^https:\/\/[a-z]+-[a-z0-9]{12}\.apps\.example\.com$/);
      expect(objects.find((each) => each.kind === "App")).toMatchObject({ spec: { type: "link" } });
      // Passwords are only ever named.
      for (const { kind: each } of objects) expect(each).not.toBe("Secret");
    },
  );
});
