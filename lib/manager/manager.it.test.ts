import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, APP_API_VERSION, annotation, type Installation } from "../model/resources.ts";
import type { Manager } from "./manager.ts";
import { application, install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let manager: Manager;
let admin: Cluster;
let images: ContentStore;
let tenants = 0;

const installation = (namespace: string, name: string) => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});
const find = <T extends KubernetesObject>(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
) => admin.find<T>({ apiVersion, kind, namespace, name });

const web = (image = "docker.io/library/nginx:1.27", replicas = 1) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { greeting: "\${{ inputs.greeting }}", drawn: "\${{ defaults.password }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ${image}
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { cpu: 200m, memory: 128Mi } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const header = `defaults:
  password: { type: string, value: "\${{ random(12) }}" }
inputs:
  greeting: { type: string, default: hello }`;

beforeAll(async () => {
  stage = await openStage();
  ({ admin, images } = stage);
  await putImage(images, "labring/web:1.0.0", application("web", web(), header));
  await putImage(
    images,
    "labring/web:2.0.0",
    application("web", web("docker.io/library/nginx:1.28").split("---").slice(0, 2).join("---"), header),
  );
  await putImage(
    images,
    "labring/broken:1.0.0",
    application("broken", web("docker.io/library/nginx:does-not-exist"), header),
  );
  await putImage(
    images,
    "labring/crash:1.0.0",
    application("crash", web("docker.io/library/nginx:crash"), header),
  );
  await putImage(
    images,
    "labring/missing:1.0.0",
    application("missing", "apiVersion: example.org/v1\nkind: Unheard\nmetadata: { name: x }\n"),
  );
  await putImage(
    images,
    "labring/roles:1.0.0",
    application(
      "roles",
      `apiVersion: v1
kind: ServiceAccount
metadata: { name: roles }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: roles }
rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: roles }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: roles }
subjects: [{ kind: ServiceAccount, name: roles }]
`,
    ),
  );
  await putImage(images, "labring/greedy:1.0.0", application("greedy", web(undefined, 30), header));
  await putImage(
    images,
    "labring/stateful:1.0.0",
    application(
      "stateful",
      `apiVersion: v1
kind: Secret
metadata: { name: data }
stringData: { password: "\${{ defaults.password }}" }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: data }
spec:
  serviceName: data
  selector: { matchLabels: { app: data } }
  template:
    metadata: { labels: { app: data } }
    spec: { containers: [{ name: data, image: "docker.io/library/redis:8" }] }
  volumeClaimTemplates:
    - metadata: { name: disk }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
      header,
    ),
  );
  manager = await stage.begin();
});

afterAll(() => stage?.close());

async function tenant(quota?: Record<string, string>): Promise<string> {
  tenants++;
  return makeTenant(admin, `tenant-${tenants}`, quota);
}

/** Who wrote what of an object, and when, but for its status. */
const ofSpec = (managedFields: unknown) =>
  (managedFields as { subresource?: string }[]).filter(({ subresource }) => subresource !== "status");

/**
 * What tells of a write to anything in the namespace that AppManager may write. A Deployment's controller goes on writing
 * its status for a while.
 */
async function versions(namespace: string): Promise<Record<string, string | undefined>> {
  const kinds: [string, string][] = [
    [API_VERSION, "Installation"],
    [APP_API_VERSION, "App"],
    ["apps/v1", "Deployment"],
    ["apps/v1", "ControllerRevision"],
    ["v1", "ConfigMap"],
    ["v1", "Secret"],
    ["v1", "Service"],
  ];
  const lists = await Promise.all(
    kinds.map(([apiVersion, kind]) => admin.list<AnyObject>({ apiVersion, kind, namespace })),
  );
  return Object.fromEntries(
    lists.flatMap(({ items }) =>
      items.map(({ kind, metadata: { name, resourceVersion, managedFields } }) => [
        `${kind}/${name}`,
        kind === "Deployment" ? JSON.stringify(ofSpec(managedFields)) : resourceVersion,
      ]),
    ),
  );
}

describe("an application", () => {
  test("runs in the tenant's namespace, labelled, with an entry, a revision and an address", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/web:1.0.0");
    const { status } = await untilPhase(admin, ns, "web", "Running");
    expect(status?.progress).toEqual({ done: 3, total: 3 });
    expect(status?.inventory?.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      "ConfigMap/web",
      "Deployment/web",
      "Service/web",
    ]);
    expect(status?.conditions?.filter(({ status: value }) => value !== "True")).toEqual([]);
    const deployment = await find("apps/v1", "Deployment", ns, "web");
    expect(deployment?.metadata.labels).toMatchObject({
      "app.kubernetes.io/managed-by": "app-manager",
      "hub.sealos.io/installation": "web",
    });
    const entry = await find(APP_API_VERSION, "App", ns, "web");
    expect(entry?.spec).toMatchObject({ name: "web", type: "iframe" });
    const revisions = await admin.list<AnyObject>({
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      namespace: ns,
      labelSelector: "hub.sealos.io/installation=web",
    });
    expect(revisions.items.map(({ revision }) => revision)).toEqual([1]);
  });

  test("is written once: a fresh manager that looks at everything again changes nothing", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/web:1.0.0");
    await untilPhase(admin, ns, "web", "Running");
    await stage.end();
    const before = await versions(ns);
    manager = await stage.begin();
    const marker = await install(admin, ns, "labring/web:1.0.0", {}, "late");
    await until<Installation>(
      admin,
      installation(ns, marker.metadata.name),
      (each) => each?.status?.code === "not-ours",
    );
    const after = await versions(ns);
    expect(Object.fromEntries(Object.keys(before).map((key) => [key, after[key]]))).toEqual(before);
  });

  test("restores what somebody changed or deleted by hand, and only that", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/web:1.0.0");
    await untilPhase(admin, ns, "web", "Running");
    const service = { apiVersion: "v1", kind: "Service", namespace: ns, name: "web" };
    const uid = (await admin.get(service)).metadata.uid;
    await admin.delete(service);
    await until(admin, service, (each) => each !== undefined && each.metadata.uid !== uid);
    const config = { apiVersion: "v1", kind: "ConfigMap", namespace: ns, name: "web" };
    await admin.patch(config, { data: { greeting: "changed" } }, { type: "merge" });
    await until(admin, config, (each) => (each?.data as Record<string, string>)?.greeting === "hello");
    await untilPhase(admin, ns, "web", "Running");
  });

  test("never takes over an object of somebody else, and changes nothing then", async () => {
    const ns = await tenant();
    const foreign = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: ns },
      spec: { ports: [{ port: 1 }] },
    };
    await admin.create(foreign);
    await install(admin, ns, "labring/web:1.0.0");
    const { status } = await untilPhase(admin, ns, "web", "Failed");
    expect(status?.code).toBe("not-ours");
    expect(status?.message).toContain('Service "web" exists already');
    expect(await find("apps/v1", "Deployment", ns, "web")).toBeUndefined();
    expect(await find(APP_API_VERSION, "App", ns, "web")).toBeUndefined();
    await admin.delete({ apiVersion: "v1", kind: "Service", namespace: ns, name: "web" });
    await admin.patch(
      installation(ns, "web"),
      { metadata: { annotations: { [annotation.retry]: "1" } } },
      { type: "merge" },
    );
    await untilPhase(admin, ns, "web", "Running");
  });

  test("gives its accounts roles, at most with its owner's rights", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/roles:1.0.0");
    await untilPhase(admin, ns, "roles", "Running");
    const role = await find("rbac.authorization.k8s.io/v1", "Role", ns, "roles");
    expect(JSON.stringify(role?.rules)).not.toContain('"*"');
    expect(await find("rbac.authorization.k8s.io/v1", "RoleBinding", ns, "roles")).toBeDefined();
  });

  test("names the kind that nothing serves and no provider brings", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/missing:1.0.0");
    const { status } = await untilPhase(admin, ns, "missing", "Failed");
    expect(status?.code).toBe("kind-missing");
    expect(status?.message).toContain("Unheard (example.org/v1)");
  });

  test("says by how much the quota is too small, and runs once it is raised", async () => {
    const ns = await tenant({ "requests.cpu": "1", pods: "50" });
    await install(admin, ns, "labring/greedy:1.0.0");
    const { status } = await untilPhase(admin, ns, "greedy", "Failed");
    expect(status?.code).toBe("quota-exceeded");
    expect(status?.params).toMatchObject({ resource: "requests.cpu", needs: 3, hard: 1, over: 2 });
    expect(await find("apps/v1", "Deployment", ns, "web")).toBeUndefined();
    await admin.patch(
      { apiVersion: "v1", kind: "ResourceQuota", namespace: ns, name: "quota" },
      { spec: { hard: { "requests.cpu": "8" } } },
      { type: "merge" },
    );
    await untilPhase(admin, ns, "greedy", "Running");
  });

  test("fails with the image that cannot be pulled, and with the last words of a crash", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/broken:1.0.0");
    const broken = await untilPhase(admin, ns, "broken", "Failed");
    expect(broken.status?.code).toBe("image-pull");
    expect(broken.status?.message).toContain("nginx:does-not-exist");
    expect(broken.status?.failingObject).toMatchObject({ kind: "Deployment", name: "web" });
    const other = await tenant();
    await install(admin, other, "labring/crash:1.0.0");
    // The last words may be readable a moment later than the crash is seen.
    const crash = await until<Installation>(
      admin,
      installation(other, "crash"),
      (each) => each?.status?.phase === "Failed" && Boolean(each.status.log),
    );
    expect(crash?.status?.code).toBe("crash");
  });

  test("upgrades in place: changes what changed, prunes what is gone, keeps drawn values", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/web:1.0.0", { inputs: { greeting: "good day" } });
    await untilPhase(admin, ns, "web", "Running");
    const drawn = (await find("v1", "ConfigMap", ns, "web"))?.data as Record<string, string>;
    expect(drawn.greeting).toBe("good day");
    await admin.patch(installation(ns, "web"), { spec: { image: "labring/web:2.0.0" } }, { type: "merge" });
    await until<Installation>(
      admin,
      installation(ns, "web"),
      (each) =>
        each?.status?.revision === 2 && each.status.phase === "Running" && each.status.progress?.total === 2,
    );
    expect((await find("v1", "ConfigMap", ns, "web"))?.data).toEqual(drawn);
    await until(
      admin,
      { apiVersion: "v1", kind: "Service", namespace: ns, name: "web" },
      (each) => each === undefined,
    );
    await admin.patch(installation(ns, "web"), { spec: { image: "labring/web:1.0.0" } }, { type: "merge" });
    await until<Installation>(
      admin,
      installation(ns, "web"),
      (each) => each?.status?.revision === 3 && each.status.phase === "Running",
    );
    await until(
      admin,
      { apiVersion: "v1", kind: "Service", namespace: ns, name: "web" },
      (each) => each !== undefined,
    );
  });

  test("rests while it is suspended, and comes back", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/web:1.0.0");
    await untilPhase(admin, ns, "web", "Running");
    await admin.patch(installation(ns, "web"), { spec: { suspended: true } }, { type: "merge" });
    await untilPhase(admin, ns, "web", "Suspended");
    expect((await find("apps/v1", "Deployment", ns, "web"))?.spec).toMatchObject({ replicas: 0 });
    await admin.patch(installation(ns, "web"), { spec: { suspended: false } }, { type: "merge" });
    await untilPhase(admin, ns, "web", "Running");
    expect((await find("apps/v1", "Deployment", ns, "web"))?.spec).toMatchObject({ replicas: 1 });
  });

  test("leaves its volumes and their passwords when uninstalled, and finds them again", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/stateful:1.0.0");
    await untilPhase(admin, ns, "stateful", "Running");
    const password = (await find("v1", "Secret", ns, "data"))?.data;
    await admin.delete(installation(ns, "stateful"));
    await until(admin, installation(ns, "stateful"), (each) => each === undefined);
    expect(await find("apps/v1", "StatefulSet", ns, "data")).toBeUndefined();
    expect(await find(APP_API_VERSION, "App", ns, "stateful")).toBeUndefined();
    expect(await find("v1", "PersistentVolumeClaim", ns, "disk-data-0")).toBeDefined();
    await install(admin, ns, "labring/stateful:1.0.0");
    await untilPhase(admin, ns, "stateful", "Running");
    expect((await find("v1", "Secret", ns, "data"))?.data).toEqual(password);
    await admin.patch(
      installation(ns, "stateful"),
      { metadata: { annotations: { [annotation.volumes]: "delete" } } },
      { type: "merge" },
    );
    await admin.delete(installation(ns, "stateful"));
    await until(admin, installation(ns, "stateful"), (each) => each === undefined);
    await until(
      admin,
      { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: ns, name: "disk-data-0" },
      (each) => each === undefined,
    );
    const values = async () => {
      const { items } = await admin.list<AnyObject>({ apiVersion: "v1", kind: "Secret", namespace: ns });
      return items.filter(({ type }) => type === "hub.sealos.io/values");
    };
    // Those of the first life are the garbage collector's.
    await expect.poll(values).toEqual([]);
  });

  test("does not exist for a tenant who may not see its private repository", async () => {
    const ns = await tenant();
    await admin.patch(
      { apiVersion: API_VERSION, kind: "Repository", name: "labring.crash" },
      { spec: { visibility: "private" } },
      { type: "merge" },
    );
    await vi.waitFor(
      () =>
        expect(manager.world.repositories.get(undefined, "labring.crash")?.spec.visibility).toBe("private"),
      { timeout: 20_000 },
    );
    await install(admin, ns, "labring/crash:1.0.0");
    const { status } = await untilPhase(admin, ns, "crash", "Failed");
    expect(status?.code).toBe("image-unknown");
    await admin.patch(
      { apiVersion: API_VERSION, kind: "Repository", name: "labring.crash" },
      { spec: { visibility: "public" } },
      { type: "merge" },
    );
  });
});

afterEach(() => {
  expect(manager.world.signal.aborted).toBe(false);
});
