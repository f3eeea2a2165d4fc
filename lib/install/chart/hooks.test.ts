import { expect, test } from "vitest";
import { limits, readImage } from "../../images/index.ts";
import { chartImage } from "../../manager/testing/chart.ts";
import { renderImage } from "../render.ts";
import { fileTypes } from "../testing/file-types.ts";
import { drawValues } from "../values.ts";
import type { ChartDocument } from "./drawn.ts";

const content = readImage(chartImage());
const context = {
  namespace: "ns-demo",
  cloudDomain: "apps.example.com",
  cloudPort: "443",
  certSecretName: "wildcard-cert",
  serviceAccount: "demo",
};
const types = fileTypes();
const rendered = async (...documents: string[]) => {
  const chart = documents.map((text): ChartDocument => ({ file: "chart/templates/a.yaml", text }));
  const values = await drawValues(content, context);
  return renderImage({ content, inputs: {}, values, context, types, chart });
};
const config = (name: string, hook: string) =>
  `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}, annotations: { helm.sh/hook: "${hook}" } } }`;
const job = (image: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: "post-install, post-upgrade", helm.sh/hook-weight: "1" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: ${image} }] } } }
`;

test("what Helm runs at an install is applied with the rest, and the plan warns that it is not waited for", async () => {
  const { objects, notices } = await rendered(config("before", "pre-install"), job("a:1"));
  expect(objects.map(({ object }) => object.kind)).toEqual(["ConfigMap", "Job"]);
  expect(notices.map(({ level, reason, params }) => [level, reason, params?.hook])).toEqual([
    ["warning", "hook-ordinary", "pre-install"],
    ["warning", "hook-ordinary", "post-install, post-upgrade"],
  ]);
});

test.each(["pre-upgrade", "post-delete", "pre-rollback,post-rollback", "crd-install"])(
  "a hook of another moment (%s) is left out, and the plan warns of it",
  async (hook) => {
    const { objects, notices } = await rendered(config("other", hook));
    expect(objects).toEqual([]);
    expect(notices).toMatchObject([{ level: "warning", reason: "hook-dropped", params: { hook } }]);
  },
);

test("a chart's own tests are left out with a word", async () => {
  const { objects, notices } = await rendered(config("probe", "test"));
  expect(objects).toEqual([]);
  expect(notices).toMatchObject([{ level: "info", reason: "hook-dropped" }]);
});

test("a Job that is a hook is another one when it changes, and the same when it does not", async () => {
  const nameOf = async (image: string) => (await rendered(job(image))).objects[0]?.object.metadata.name;
  const first = await nameOf("a:1");
  expect(first).toMatch(/^migrate-[0-9a-f]{8}$/);
  expect(await nameOf("a:1")).toBe(first);
  expect(await nameOf("a:2")).not.toBe(first);
});

test("a chart that gives more objects than an image may have is refused", async () => {
  const many = Array.from({ length: limits.objects + 1 }, (_, n) => config(`c${n}`, "pre-install"));
  await expect(rendered(...many)).rejects.toMatchObject({ code: "image-invalid" });
});
