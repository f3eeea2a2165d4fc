import { expect, test } from "vitest";
import { readImage } from "./read.ts";

const text = (body: string) => new TextEncoder().encode(body);
const image = (metering: string, spec = "") =>
  readImage(
    new Map([
      [
        "app.yaml",
        text(
          `apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: shop }\nspec:\n  title: Shop\n${spec}  metering:\n${metering}`,
        ),
      ],
      ["manifests/a.yaml", text("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n")],
    ]),
  );
const meter = (rest: string) => `    - { name: size, title: Size, unit: GiB, ${rest} }\n`;

test("an image declares what of it is counted: a field, a number of objects, or what a Service tells", () => {
  const { metering } = image(
    meter("field: { apiVersion: v1, kind: PersistentVolumeClaim, path: status.capacity.storage }") +
      "    - { name: pods, title: Pods, unit: pod, count: { apiVersion: v1, kind: Pod } }\n" +
      '    - { name: calls, title: Calls, unit: call, endpoint: { service: "${{ defaults.name }}", port: 80, path: /calls, counter: true } }\n',
  );
  expect(metering.map(({ name, endpoint }) => [name, endpoint?.counter])).toEqual([
    ["size", undefined],
    ["pods", undefined],
    ["calls", true],
  ]);
});

test.each([
  [
    "nothing to count",
    meter(""),
    "app.yaml:7: spec.metering.0: needs exactly one of field, count and endpoint",
  ],
  [
    "two ways at once",
    meter("count: { apiVersion: v1, kind: Pod }, endpoint: { service: a, port: 80, path: / }"),
    "exactly one",
  ],
  [
    "a path that leaves",
    meter("endpoint: { service: a, port: 80, path: /../secrets }"),
    "spec.metering.0.endpoint.path",
  ],
  [
    "an address instead of a path",
    meter("endpoint: { service: a, port: 80, path: 'http://b/' }"),
    "spec.metering.0.endpoint.path",
  ],
  ["no port", meter("endpoint: { service: a, port: 70000, path: / }"), "spec.metering.0.endpoint.port"],
  ["a host", meter("endpoint: { service: a, port: 80, path: /, host: b }"), "spec.metering.0.endpoint"],
  [
    "a name twice",
    meter("count: { apiVersion: v1, kind: Pod }").repeat(2),
    "app.yaml:8: spec.metering.1.name: size is there twice",
  ],
  ...["cpu", "memory", "storage"].map((name) => [
    `the cluster's own meter ${name}`,
    meter("count: { apiVersion: v1, kind: Pod }").replace("size", name),
    "app.yaml:7: spec.metering.0.name: is what the cluster itself counts",
  ]),
])("a meter that cannot be is refused with its place: %s", (_what, metering, message) => {
  expect(() => image(metering)).toThrow(message);
});
