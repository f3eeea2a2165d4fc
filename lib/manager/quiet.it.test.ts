import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Cluster } from "../cluster/index.ts";
import { createMetrics } from "./metrics.ts";
import { application, install, makeTenant, putImage, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

const APPS = 4;
const manifests = `
apiVersion: v1
kind: ConfigMap
metadata: { name: "\${{ inputs.name }}" }
data: { a: b }
---
apiVersion: v1
kind: Secret
metadata: { name: "\${{ inputs.name }}" }
stringData: { password: secret }
---
apiVersion: v1
kind: Service
metadata: { name: "\${{ inputs.name }}" }
spec: { selector: { app: "\${{ inputs.name }}" }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: "\${{ inputs.name }}" }
spec:
  selector: { matchLabels: { app: "\${{ inputs.name }}" } }
  template:
    metadata: { labels: { app: "\${{ inputs.name }}" } }
    spec: { containers: [{ name: web, image: "docker.io/library/nginx:1.27", ports: [{ containerPort: 80 }] }] }
`;
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", name: "app-0" };

let stage: Stage;
let namespace: string;

beforeAll(async () => {
  stage = await openStage({ speed: 200 });
  const files = application("app", manifests, "inputs: { name: { type: string, required: true } }");
  await putImage(stage.images, "labring/app:1", files);
  namespace = await makeTenant(stage.admin, "quiet");
});

afterAll(() => stage?.close());

/** A manager whose requests to the API server are noted. */
async function begin() {
  const asked: string[] = [];
  let open = 0;
  const note = (view: Cluster): Cluster => {
    const request = view.request.bind(view);
    const as = view.as.bind(view);
    view.request = async (method, path, options) => {
      const { dryRun } = (options?.query ?? {}) as { dryRun?: string };
      asked.push(`${method}${dryRun ? " (dry run)" : ""} ${path}`);
      open++;
      try {
        return await request(method, path, options);
      } finally {
        open--;
      }
    };
    view.as = (user) => note(as(user));
    return view;
  };
  const metrics = createMetrics("test");
  await stage.begin({
    cluster: note(stage.asManager()),
    metrics,
    // Fewer than there are apps, so that some have to wait for others.
    installsAtOnce: 2,
    watchContent: false,
  });
  /** Resolves once so many looks at Installations have ended. */
  const looks = async (count: number) =>
    eventually(async () => {
      const { values } = await metrics.reconciles.get();
      const done = values
        .filter(
          ({ metricName, labels }) => metricName?.endsWith("_count") && labels.queue === "installations",
        )
        .reduce((sum, { value }) => sum + value, 0);
      return done >= count ? done : undefined;
    });
  /** Resolves once nothing is under way or asked for any more: what there is to do when a manager is stopped is work for the next. */
  const atRest = async () => {
    let before = -1;
    await vi.waitUntil(
      () => {
        const same = open === 0 && asked.length === before;
        before = asked.length;
        return same;
      },
      { timeout: 60_000, interval: 1_000 },
    );
  };
  return { asked, looks, atRest };
}

const eventually = <T>(look: () => Promise<T | undefined>) =>
  vi.waitUntil(look, { timeout: 60_000, interval: 50 }) as Promise<T>;
const notReads = (asked: readonly string[]) => asked.filter((each) => !each.startsWith("GET "));

test("a restarted manager and one at rest write nothing, and try nothing out", {
  timeout: 180_000,
}, async () => {
  const first = await begin();
  for (let app = 0; app < APPS; app++)
    await install(stage.admin, namespace, "labring/app:1", { inputs: { name: `app-${app}` } }, `app-${app}`);
  for (let app = 0; app < APPS; app++) await untilPhase(stage.admin, namespace, `app-${app}`, "Running");
  await first.atRest();
  await stage.end();

  const { asked, looks, atRest } = await begin();
  await looks(APPS);
  await atRest();
  const seen = await looks(APPS);
  // The keeping of `stringData` is the one thing that managed fields do not tell: it is tried out.
  const secrets = new RegExp(`^PATCH \\(dry run\\) /api/v1/namespaces/${namespace}/secrets/`);
  expect(notReads(asked).filter((each) => !secrets.test(each))).toEqual([]);

  asked.length = 0;
  // What controllers do all the time: a field of their own changes on an object of ours. An annotation makes a new
  // generation of a Deployment too, which its controller has not seen yet.
  for (let round = 0; round < 3; round++) {
    const seenBy = { "example.com/seen": String(round) };
    await stage.admin.patch(
      { ...DEPLOYMENT, namespace },
      { metadata: { labels: seenBy, annotations: seenBy } },
      { type: "merge", fieldManager: "somebody" },
    );
    await looks(seen + 1 + round);
  }
  expect(asked).toEqual([]);

  // And the same ears hear somebody taking a field of ours.
  await stage.admin.patch({ ...DEPLOYMENT, namespace }, { spec: { replicas: 0 } }, { type: "merge" });
  await stage.admin.patch(
    { apiVersion: "v1", kind: "ConfigMap", name: "app-0", namespace },
    { data: { a: "changed" } },
    { type: "merge" },
  );
  await eventually(async () => {
    const map = await stage.admin.get({ apiVersion: "v1", kind: "ConfigMap", name: "app-0", namespace });
    return (map.data as { a: string }).a === "b" ? true : undefined;
  });
  expect(
    notReads(asked)
      .filter((each) => !each.includes("dry run"))
      .join("\n"),
  ).toContain("/configmaps/app-0");
});
