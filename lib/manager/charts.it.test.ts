import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBinaries } from "../../tools/cluster/binaries/find.ts";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import { type Files, packLayer } from "../images/index.ts";
import { API_VERSION, type Installation } from "../model/resources.ts";
import { chartImage } from "./testing/chart.ts";
import { install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
const namespace = "ns-charts";
const before = process.env.HELM;

async function withPackedSubchart(files: Files): Promise<Files> {
  const subchart = {
    "leaf/Chart.yaml": "apiVersion: v2\nname: leaf\nversion: 1.0.0\n",
    "leaf/templates/leaf.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-{{ .Chart.Name }} }\n",
  };
  const tar = await packLayer(
    new Map(Object.entries(subchart).map(([path, text]) => [path, Buffer.from(text)])),
  );
  const chart = `${Buffer.from(files.get("chart/Chart.yaml") ?? "")}dependencies: [{ name: leaf, version: 1.0.0 }]\n`;
  return new Map<string, Uint8Array>([
    ...files,
    ["chart/Chart.yaml", Buffer.from(chart)],
    ["chart/charts/leaf-1.0.0.tgz", gzipSync(tar)],
  ]);
}

beforeAll(async () => {
  const helm = await findBinaries(["helm"]);
  if ("missing" in helm) throw new Error(helm.missing);
  process.env.HELM = helm.found.helm;
  stage = await openStage();
  admin = stage.admin;
  await putImage(stage.images, "labring/charted:1", chartImage());
  await putImage(stage.images, "labring/charted:2", await withPackedSubchart(chartImage("2.0.0")));
  await makeTenant(admin, "charts");
  await stage.begin();
}, 300_000);

afterAll(async () => {
  if (before === undefined) delete process.env.HELM;
  else process.env.HELM = before;
  await stage?.close();
});

const config = (name: string) =>
  admin.find<AnyObject>({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
const password = async () => {
  const secret = await admin.get<AnyObject>({ apiVersion: "v1", kind: "Secret", namespace, name: "charted" });
  return (secret.data as Record<string, string>).password;
};
const change = (spec: Partial<Installation["spec"]>) =>
  admin.patch<Installation>(
    { apiVersion: API_VERSION, kind: "Installation", namespace, name: "charted" },
    { spec },
    { type: "merge" },
  );
const untilRevision = (revision: number) =>
  until<Installation>(
    admin,
    { apiVersion: API_VERSION, kind: "Installation", namespace, name: "charted" },
    (each) => each?.status?.revision === revision && each.status.phase === "Running",
  );

test("a chart is rendered by Helm, with inputs as values and packed subcharts, and keeps what it drew through changes and upgrades", async () => {
  await install(admin, namespace, "labring/charted:1", { inputs: { greeting: "good: {day}" } });
  const first = await untilPhase(admin, namespace, "charted", "Running");
  expect(first.status?.inventory?.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual([
    "ConfigMap/charted",
    "ConfigMap/charted-before",
    "ConfigMap/charted-kept",
    "Deployment/charted",
    "Secret/charted",
  ]);
  expect((await config("charted"))?.data).toEqual({ greeting: "good: {day}", ingress: "true", own: "true" });
  const drawn = await password();
  expect(drawn).toMatch(/./);
  await change({ inputs: { greeting: "good: {day}", replicas: "2" } });
  await untilRevision(2);
  expect(await password()).toBe(drawn);
  await change({ image: "labring/charted:2" });
  await untilRevision(3);
  expect(await password()).toBe(drawn);
  const deployment = await admin.get<AnyObject>({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace,
    name: "charted",
  });
  expect((deployment.spec as { replicas: number }).replicas).toBe(2);
  expect(await config("charted-leaf")).toBeDefined();
});

test("a value that the chart's schema refuses is told with its input, and nothing is changed", async () => {
  await change({ inputs: { replicas: "9" } });
  const failed = await until<Installation>(
    admin,
    { apiVersion: API_VERSION, kind: "Installation", namespace, name: "charted" },
    (each) => each?.status?.code === "input-invalid" || each?.status?.reason === "inputs-invalid",
  );
  expect(failed?.status?.message).toContain("replicas");
  await change({ inputs: { replicas: "1" } });
  await untilRevision(4);
});

test("what a chart wants kept outlives the app", async () => {
  await admin.delete({ apiVersion: API_VERSION, kind: "Installation", namespace, name: "charted" });
  await until(
    admin,
    { apiVersion: API_VERSION, kind: "Installation", namespace, name: "charted" },
    (each) => !each,
  );
  expect(await config("charted")).toBeUndefined();
  expect(await config("charted-kept")).toBeDefined();
});

test("without Helm the condition says so, and names the way out", async () => {
  const helm = process.env.HELM;
  process.env.HELM = "/nowhere/helm";
  try {
    await install(admin, namespace, "labring/charted:1", {}, "helpless");
    const failed = await untilPhase(admin, namespace, "helpless", "Failed");
    expect(failed.status?.message).toMatch(/no Helm/);
  } finally {
    process.env.HELM = helm;
  }
});
