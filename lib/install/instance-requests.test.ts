import { expect, test } from "vitest";
import { readImage } from "../images/index.ts";
import type { InstanceRequests } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { instanceRequest } from "./instance-requests.ts";

const object = {
  ...{ apiVersion: "example.com/v1", kind: "Store", metadata: { name: "a" } },
  spec: { size: "1Gi", parts: [{ n: 1, cpu: "250m" }, { n: 2 }] },
} as KubernetesObject;
const limits = {
  ...{ apiVersion: "v1", kind: "LimitRange", metadata: { name: "limits" } },
  spec: { limits: [{ type: "Container", defaultRequest: { cpu: "50m", memory: "64Mi" } }] },
} as KubernetesObject;
const asked = (requests: InstanceRequests) => instanceRequest({ requests }, object, [limits]);

test("groups are added up, once for each item of their lists", async () => {
  const request = await asked({
    groups: [
      {
        each: "object.spec.parts",
        replicas: "item.n",
        cpu: "item.cpu ?? '1'",
        memory: "quantity('1Mi') * item.n",
      },
      { replicas: "0", volumes: "3 // kept", storage: "object.spec.size", cpu: "'1'", memory: "0" },
    ],
    loadBalancers: "object.spec.parts.length",
  });
  expect(request).toEqual({
    amounts: {
      ...{ "requests.cpu": 2.25, "requests.memory": 5 * 2 ** 20, "requests.storage": 3 * 2 ** 30 },
      "services.loadbalancers": 2,
    },
    least: false,
  });
});

test("what the object leaves out is at least what the operator takes, else what the workspace gives", async () => {
  const group = { replicas: "1", cpu: "object.spec.cpu", memory: "object.spec.memory" };
  const preset = await asked({ groups: [{ ...group, default: { cpu: "100m" } }] });
  expect(preset).toMatchObject({
    amounts: { "requests.cpu": 0.1, "requests.memory": 64 * 2 ** 20 },
    least: true,
  });
  const silent = await asked({ groups: [{ replicas: "2", memory: "object.spec.memory" }] });
  expect(silent).toMatchObject({ amounts: { "requests.cpu": 0.1 }, least: false });
});

test.each([
  ["reads what is not there", { groups: [{ replicas: "object.status.replicas" }] }],
  ["gives no whole number", { groups: [{ replicas: "1.5" }] }],
  ["gives no amount", { groups: [{ replicas: "1", cpu: "object.spec" }] }],
  ["gives less than nothing", { groups: [{ replicas: "1", storage: "-1" }] }],
  ["lists what is no list", { groups: [{ each: "3", replicas: "1" }] }],
  ["never ends", { groups: [{ replicas: "(() => { for (;;); })()" }] }],
  ["counts no load balancers", { groups: [], loadBalancers: "object.spec.none" }],
])("a declaration that %s is unread and fails nothing", async (_what, requests) => {
  expect(await asked(requests)).toBe("unread");
});

const image = (requests: string) => () =>
  readImage(
    new Map([
      [
        "app.yaml",
        new TextEncoder().encode(`apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: store }
spec:
  title: Store
  mode: provider
  provider:
    operator: { namespace: store }
    instances:
      - { apiVersion: example.com/v1, kind: Store, plural: stores, title: Store, form: {}, template: x, status: { workloads: ignored }, workloads: { kinds: [], selector: {} },
          requests: ${requests} }
`),
      ],
    ]),
  );
const place = "app.yaml:11: spec.provider.instances.0.requests";

test.each([
  ["{ groups: [{ cpu: 1 }] }", `${place}.groups.0.replicas`],
  ["{ groups: [{ replicas: 'object.spec..n' }] }", `${place}.groups.0.replicas: is no expression`],
  ["{ groups: [{ replicas: '${{ object.spec.n }}' }] }", `${place}.groups.0.replicas: is no expression`],
  ["{ groups: [{ replicas: 1, disk: '1Gi' }] }", `${place}.groups.0`],
  ["{ groups: [{ replicas: 1, cpu: object.cpu, default: { cpu: much } }] }", "default.cpu: is no amount"],
  ["{ groups: [{ replicas: 1, default: { cpu: 100m } }] }", "does not declare"],
  ["{ groups: [{ replicas: 1, volumes: 2 }] }", "volumes: counts volumes"],
])("a declaration like %s is refused with its place", (requests, message) => {
  expect(image(requests)).toThrow(message);
});
