import { expect, test } from "vitest";
import { readImage } from "./read.ts";

const app = (ways: string) => `apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: shop }
spec:
  title: Shop
  mode: provider
  provider:
    operator: { namespace: shop }
    instances:
      - apiVersion: shop.example.com/v1
        kind: Shop
        plural: shops
        title: Shop
        form: {}
        template: "kind: Shop"
        status: { workloads: ignored }
        workloads: { kinds: [], selector: {} }
${ways}`;

const action = (name: string, spec: string, kind = "Shop") => `apiVersion: actions.sealos.io/v1
kind: Action
metadata: { name: ${name} }
spec:
  target: { apiVersion: shop.example.com/v1, kind: ${kind} }
  patch: { patch: "spec: { open: false }" }
${spec}`;
const checked = "  checks: [{ that: object.spec.open, message: closed }]\n";

function read(ways: string, actions: Record<string, string>) {
  const files = { "app.yaml": app(ways), ...actions };
  return readImage(
    new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])),
  );
}

const stop = { "actions/stop.yaml": action("stop", checked) };
const both = { ...stop, "actions/start.yaml": action("start", checked) };
const declared = "        stop: stop\n        start: start\n";

test("a provider names the actions that stop and start an instance", () => {
  expect(read(declared, both).provider?.instances[0]).toMatchObject({ stop: "stop", start: "start" });
  expect(read("", both).provider?.instances[0]?.stop).toBeUndefined();
});

const at = "app.yaml:18: spec.provider.instances.0.stop: ";

test.each([
  ["an action that is not there", declared, {}, `${at}the image has no action "stop" for Shop; it has: none`],
  [
    "an action of another kind",
    declared,
    { ...stop, "actions/start.yaml": action("start", checked, "Till") },
    'app.yaml:19: spec.provider.instances.0.start: the image has no action "start" for Shop; it has: stop',
  ],
  [
    "an action that asks for something",
    declared,
    { ...both, "actions/stop.yaml": action("stop", `${checked}  inputs: { why: { required: true } }\n`) },
    `${at}the action stop asks for "why", and nobody is there to fill it in`,
  ],
  [
    "an action without checks",
    declared,
    { ...both, "actions/stop.yaml": action("stop", "") },
    `${at}the action stop has no checks, which tell whether an instance runs`,
  ],
  [
    "no way back",
    "        stop: stop\n",
    both,
    "app.yaml:10: spec.provider.instances.0.start: what can be stopped has to be started again: name both actions",
  ],
])("an image with %s is refused where it says so", (_, ways, actions, message) => {
  expect(() => read(ways, actions)).toThrow(message);
});
