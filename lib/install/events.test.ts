import { expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { briefEvent, involved, lastSeen } from "./events.ts";

test("of an Event is kept what is read, however much somebody has written into it", () => {
  const long = "x".repeat(1_000_000);
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: "web.1",
      namespace: "ns-a",
      resourceVersion: "7",
      creationTimestamp: "2026-01-01T00:00:00Z",
      annotations: { long },
      managedFields: [{ manager: "kubectl" }],
    },
    involvedObject: { apiVersion: "v1", kind: "Pod", name: "web", uid: "u", fieldPath: long },
    type: "Warning",
    reason: "BackOff",
    message: `It crashes. ${long}`,
    related: { name: long },
    source: { component: "kubelet", host: long },
    count: 3,
    series: { count: 4, lastObservedTime: "2026-01-02T00:00:00.000000Z" },
  } as unknown as KubernetesObject;
  const brief = briefEvent(event);
  expect(JSON.stringify(brief).length).toBeLessThan(2_500);
  expect(brief).toMatchObject({
    metadata: { name: "web.1", namespace: "ns-a", resourceVersion: "7" },
    type: "Warning",
    reason: "BackOff",
    message: expect.stringMatching(/^It crashes\. x+$/),
    source: { component: "kubelet" },
    count: 3,
    series: { count: 4 },
  });
  expect(involved(brief)).toEqual(involved(event));
  expect(lastSeen(brief)).toBe(lastSeen(event));
});
