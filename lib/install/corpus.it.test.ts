import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { ApiError, type Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { label } from "../model/resources.ts";
import { inApplyOrder } from "./order.ts";
import { provisionTenant } from "./provision.ts";
import { renderImage } from "./render.ts";
import { typesOf } from "./resolve.ts";
import { checkRules } from "./rules.ts";
import { readTenantRules } from "./tenant-rules.ts";
import { corpusDefinitions, corpusTemplates, plausibleInputs, readTemplateFile } from "./testing/corpus.ts";
import { drawValues, validateInputs } from "./values.ts";

/**
 * Installs every public template: each is tried by a server-side dry run and then applied as the tenant's installer, who
 * has no more rights than the tenant.
 */
const templates = corpusTemplates();
const repository = join(import.meta.dirname, "..", "..");
const uid = "corpus";
const fieldManager = "corpus-test";

let cluster: TestCluster | undefined;
let admin: Cluster;
let installer: Cluster;
let namespace = "";

beforeAll(async () => {
  if (templates.length === 0) return;
  cluster = await startTestCluster();
  admin = cluster.admin;
  const roles = join(repository, "deploy", "rbac");
  await applyAll([...corpusDefinitions(), ...documents(join(repository, "deploy", "crds"))]);
  await applyAll([...documents(roles, /^(00|10)/), providerRights()]);
  namespace = await provisionTenant(admin, { uid, subject: "test" }, { quota: {} });
  installer = admin.as(`system:serviceaccount:${namespace}:installer`);
  await vi.waitFor(
    async () => {
      expect(await admin.discovery.find("apps.kubeblocks.io/v1alpha1", "Cluster")).toBeDefined();
      expect(await admin.openapi.schema("objectstorage.sealos.io/v1", "ObjectStorageBucket")).toBeDefined();
      expect(
        await installer.list({ apiVersion: "apps.kubeblocks.io/v1alpha1", kind: "Cluster", namespace }),
      ).toBeDefined();
      expect(JSON.stringify(await readTenantRules(admin))).toContain("kubeblocks");
    },
    { timeout: 60_000, interval: 100 },
  );
}, 180_000);

afterAll(() => cluster?.stop());

function documents(folder: string, pattern = /\.yaml$/): Record<string, unknown>[] {
  return readdirSync(folder)
    .filter((file) => pattern.test(file))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((each) => each.toJS()),
    );
}

async function applyAll(objects: Record<string, unknown>[]): Promise<void> {
  for (const object of objects) {
    await admin.apply(object as KubernetesObject, { fieldManager, force: true });
  }
}

/** As providers bring it: their kinds, for editors. */
function providerRights(): KubernetesObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "corpus-kinds", labels: { [label.aggregateToEdit]: "true" } },
    rules: [{ apiGroups: ["apps.kubeblocks.io", "objectstorage.sealos.io"], resources: ["*"], verbs: ["*"] }],
  };
}

async function tryTemplate(path: string): Promise<{ objects: number; refused: string[] }> {
  const content = readTemplateFile(path);
  const context = {
    namespace,
    cloudDomain: "apps.example.com",
    cloudPort: "443",
    certSecretName: "wildcard-cert",
    serviceAccount: "app",
  };
  const inputs = await validateInputs(content, plausibleInputs(content));
  const values = await drawValues(content, context);
  const rendered = await renderImage({ content, inputs, values, context, types: typesOf(admin) });
  const tenantRules = await readTenantRules(admin);
  const checked = checkRules(rendered, {
    context,
    consoleHosts: ["hub.example.com"],
    hostsInUse: new Map(),
    tenantRules,
  });
  if (checked.blockers.length > 0) {
    return { objects: checked.objects.length, refused: checked.blockers.map(({ code }) => code) };
  }
  const objects = inApplyOrder(checked.objects.map(({ object }) => object)).flat();
  const refused: string[] = [];
  for (const [cluster, dryRun] of [
    [admin, true],
    [installer, false],
  ] as const) {
    for (const object of objects) {
      const error = await cluster
        .apply(object, { fieldManager, dryRun, force: true })
        .catch((caught: unknown) => caught);
      if (error instanceof ApiError) {
        refused.push(
          `${dryRun ? "dry run" : "installer"}: ${object.kind} ${object.metadata.name}: ${error.message}`,
        );
      } else if (error instanceof Error) throw error;
    }
  }
  return { objects: objects.length, refused };
}

if (templates.length === 0) {
  it("the public templates are absent beside this repository, so none was applied", () => {
    expect(templates).toEqual([]);
  });
} else {
  describe("public templates on a cluster", () => {
    it("are accepted, all but the one that names a foreign namespace", async () => {
      const table: { template: string; objects: number; refused: string }[] = [];
      for (const { name, path } of templates) {
        const { objects, refused } = await tryTemplate(path);
        table.push({ template: name, objects, refused: refused.join("; ") });
      }
      console.table(table);
      const refused = table.filter((row) => row.refused);
      expect(refused.map(({ template, refused }) => [template, refused])).toEqual([
        ["nakama", "foreign-namespace"],
      ]);
      expect(table).toHaveLength(templates.length);
    }, 300_000);
  });
}
