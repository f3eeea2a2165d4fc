import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import { revisionHash, valuesName } from "../install/revisions.ts";
import { memberUser } from "../install/tenant.ts";
import { API_VERSION, type Installation, label, type Provider, type Repository } from "../model/resources.ts";
import { application, cloud, install, makeTenant, shipped, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

/** Everything here is done by Mallory as the owner of her own namespace: with her account and nothing else. */
let stage: Stage;
let admin: Cluster;
let mallory: Cluster;
const digests: Record<string, string> = {};
const own = "ns-mallory";

const secretApp = `apiVersion: v1
kind: ConfigMap
metadata: { name: recipe }
data: { recipe: "of another organization" }
`;
const site = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: site }
spec:
  rules:
    - host: "\${{ inputs.name }}.\${{ SEALOS_CLOUD_DOMAIN }}"
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: site, port: { number: 80 } } } }] }
`;
const siteInputs = "inputs:\n  name: { type: string, default: site }";
const fakeProvider = `mode: provider
provider:
  operator: { namespace: fake, manifests: [manifests/app.yaml] }
  instances:
    - apiVersion: acid.zalan.do/v1
      kind: postgresql
      plural: postgresqls
      title: Postgres
      form: { type: object, properties: {} }
      template: "apiVersion: acid.zalan.do/v1\\nkind: postgresql\\nmetadata: { name: x }"
      columns: []
      status: { workloads: ignored }
      workloads: { kinds: [StatefulSet], selector: { a: b } }`;
const takeOver = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: mallory }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: member-mallory, namespace: ns-mallory }]
`;
const database = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: db }
spec:
  teamId: db
  numberOfInstances: 1
  volume: { size: 1Gi }
  postgresql: { version: "16" }
`;

beforeAll(async () => {
  stage = await openStage();
  admin = stage.admin;
  const put = async (reference: string, files: Parameters<ContentStore["put"]>[1]) => {
    digests[reference] = (await stage.images.put(reference, files)).digest;
  };
  await put("labring/site:1", application("site", site, siteInputs));
  await put("labring/database:1", application("database", database));
  await put("labring/postgres:1.15.1", await shipped("providers/postgres"));
  await put("closed/recipe:1", application("recipe", secretApp));
  await put("aaa/fake:1", application("fake", takeOver, fakeProvider));
  await stage.begin();
  await makeTenant(admin, "mallory");
  await makeTenant(admin, "alice");
  mallory = admin.as(memberUser(own, "mallory"));
  const reference = { apiVersion: API_VERSION, kind: "Repository", name: "aaa.fake" };
  await until<Repository>(admin, reference, (repository) => repository?.status?.tags?.length === 1);
  // Anybody may see it; nobody has trusted its organization.
  await admin.patch(reference, { spec: { visibility: "public" } }, { type: "merge" });
});

afterAll(() => stage?.close());

const revision = (name: string, image: string, digest: string, values: string): AnyObject => ({
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: { name: `${name}-forged`, namespace: own, labels: { [label.installation]: name } },
  revision: 7,
  data: { image, digest, inputs: {}, inputsFrom: [], values },
});

const code = (installation: Installation) => installation.status?.code;

describe("a tenant cannot", () => {
  test("have a private image under the name of a public one, by its digest", async () => {
    await install(mallory, own, `labring/site:1@${digests["closed/recipe:1"]}`, {}, "borrowed");
    expect(code(await untilPhase(admin, own, "borrowed", "Failed"))).toBe("image-unknown");
  });

  test("have an operator of anybody's installed under the name of a trusted organization", async () => {
    await install(mallory, own, `labring/site@${digests["aaa/fake:1"]}`, {}, "operator");
    expect(code(await untilPhase(admin, own, "operator", "Failed"))).toBe("image-unknown");
    const { items } = await admin.list<Provider>({ apiVersion: API_VERSION, kind: "Provider" });
    expect(items.filter(({ spec }) => spec.image.includes(digests["aaa/fake:1"] ?? "-"))).toEqual([]);
  });

  test("do either by forging the record of a revision", async () => {
    const image = "labring/site:1";
    await mallory.create(revision("forged", image, digests["closed/recipe:1"] ?? "", "none"));
    await install(mallory, own, image, {}, "forged");
    expect(code(await untilPhase(admin, own, "forged", "Failed"))).toBe("image-unknown");
  });

  test("pass for another namespace in the values of a revision, and so take its host", async () => {
    const host = `shop.${cloud.domain}`;
    const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };
    const backend = { service: { name: "shop", port: { number: 80 } } };
    await admin.create({
      ...ingress,
      metadata: { name: "shop", namespace: "ns-alice" },
      spec: { rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
    });
    const inputs = { name: "shop" };
    const hash = revisionHash(digests["labring/site:1"] ?? "", inputs, []);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
    await mallory.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: valuesName("shop", hash), namespace: own },
      type: "hub.sealos.io/values",
      data: {
        inputs: encode(inputs),
        drawn: encode({ ".seed": "00" }),
        context: encode({
          namespace: "ns-alice",
          cloudDomain: cloud.domain,
          cloudPort: "",
          certSecretName: "",
          serviceAccount: "x",
        }),
      },
    });
    await install(mallory, own, "labring/site:1", { inputs }, "shop");
    const { status } = await untilPhase(admin, own, "shop", "Failed");
    expect(status?.params?.rule).toBe("host-taken");
    expect(await admin.find({ ...ingress, namespace: own, name: "site" })).toBeUndefined();
  });

  test("come between apps and their operator with a provider that nobody trusts", async () => {
    await install(mallory, own, "labring/database:1");
    await untilPhase(admin, own, "database", "Running", 60_000);
    const { items } = await admin.list<Provider>({ apiVersion: API_VERSION, kind: "Provider" });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(["labring.postgres"]);
    await install(mallory, own, "aaa/fake:1");
    expect(code(await untilPhase(admin, own, "fake", "Failed"))).toBe("forbidden");
  });

  test("give the manager work without end", async () => {
    const ref = { apiVersion: "v1", kind: "ResourceQuota", name: "records", namespace: own };
    const hard = { "count/installations.hub.sealos.io": "1" };
    await expect(mallory.patch(ref, { spec: { hard } }, { type: "merge" })).rejects.toMatchObject({
      status: 403,
    });
    const { spec } = await admin.get<AnyObject & { spec: { hard: Record<string, string> } }>(ref);
    expect(Number(spec.hard["count/installations.hub.sealos.io"])).toBeLessThanOrEqual(200);
    await admin.patch(ref, { spec: { hard } }, { type: "merge" });
    // It holds as soon as the cluster has counted.
    await until<AnyObject & { status?: { hard?: Record<string, string> } }>(
      admin,
      ref,
      (quota) => quota?.status?.hard?.["count/installations.hub.sealos.io"] === "1",
    );
    await expect(install(mallory, own, "labring/site:1", {}, "one-more")).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("exceeded quota"),
    });
  });

  test("write what the manager reads: a status, a Provider, the catalogue, a namespace", async () => {
    const ref = { apiVersion: API_VERSION, kind: "Installation", name: "borrowed", namespace: own };
    const inventory = [{ apiVersion: "v1", kind: "Secret", namespace: "kube-system", name: "x" }];
    const forbidden = { status: 403 };
    await expect(
      mallory.patch(ref, { status: { inventory } }, { type: "merge", subresource: "status" }),
    ).rejects.toMatchObject(forbidden);
    await mallory.patch(ref, { status: { inventory } }, { type: "merge" });
    expect((await admin.get<Installation>(ref)).status?.inventory ?? []).toEqual([]);
    const provider = { apiVersion: API_VERSION, kind: "Provider", metadata: { name: "aaa.fake" } };
    const spec = { image: `aaa/fake@${digests["aaa/fake:1"]}` };
    await expect(mallory.create({ ...provider, spec })).rejects.toMatchObject(forbidden);
    await expect(
      mallory.patch(
        { apiVersion: API_VERSION, kind: "Organization", name: "aaa" },
        { spec: { trusted: true } },
        { type: "merge" },
      ),
    ).rejects.toMatchObject(forbidden);
    await expect(
      mallory.patch(
        { apiVersion: "v1", kind: "Namespace", name: own },
        { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
        { type: "merge" },
      ),
    ).rejects.toMatchObject(forbidden);
  });
});
