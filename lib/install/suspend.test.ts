import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { annotation } from "../model/resources.ts";
import { atScale, isStopped } from "./suspend.ts";

const object = (apiVersion: string, kind: string, spec: object, more: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace: "ns-a", ...more },
  spec,
});
const web = (spec: object, more?: object) => object("apps/v1", "Deployment", spec, more);
const scaledTo = (replicas: number) =>
  web(
    { replicas },
    {
      managedFields: [{ manager: "hpa", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } }],
    },
  );
const remembered = (replicas: string) => ({ annotations: { [annotation.replicas]: replicas } });

describe("a workload is applied", () => {
  test.each<[string, KubernetesObject, KubernetesObject | undefined, boolean, object, string | undefined]>([
    ["as its image says", web({ replicas: 2 }), undefined, false, { replicas: 2 }, undefined],
    [
      "without the number that somebody else decides",
      web({ replicas: 2 }),
      scaledTo(5),
      false,
      {},
      undefined,
    ],
    [
      "without pods while it is stopped",
      web({ replicas: 2 }),
      web({ replicas: 2 }),
      true,
      { replicas: 0 },
      undefined,
    ],
    ["with somebody else's number remembered", web({ replicas: 2 }), scaledTo(5), true, { replicas: 0 }, "5"],
    [
      "with none remembered where somebody wants none",
      web({ replicas: 2 }),
      scaledTo(0),
      true,
      { replicas: 0 },
      "0",
    ],
    ["with an open number remembered", web({}), web({ replicas: 3 }), true, { replicas: 0 }, "3"],
    [
      "with nothing remembered that stopping made",
      web({}),
      web({ replicas: 0 }),
      true,
      { replicas: 0 },
      undefined,
    ],
    [
      "with what is remembered, still",
      web({}),
      web({ replicas: 0 }, remembered("3")),
      true,
      { replicas: 0 },
      "3",
    ],
    [
      "with the remembered number when it starts",
      web({ replicas: 1 }),
      web({ replicas: 0 }, remembered("4")),
      false,
      { replicas: 4 },
      "4",
    ],
    [
      "as its image says where what is remembered is no number",
      web({ replicas: 1 }),
      web({ replicas: 0 }, remembered("many")),
      false,
      { replicas: 1 },
      undefined,
    ],
  ])("%s", (_, wanted, live, suspended, spec, number) => {
    const applied = atScale(wanted, live, suspended);
    expect(applied.spec).toEqual(spec);
    expect(applied.metadata.annotations?.[annotation.replicas]).toBe(number);
  });
});

test("what has no number stops another way, and what is done is left alone", () => {
  const done = { status: { conditions: [{ type: "Complete", status: "True" }] } };
  const cron = object("batch/v1", "CronJob", { schedule: "0 3 * * *" });
  const job = object("batch/v1", "Job", { backoffLimit: 1 });
  expect(atScale(cron, undefined, true).spec).toMatchObject({ suspend: true });
  expect(atScale(job, undefined, true).spec).toMatchObject({ suspend: true });
  expect(atScale(job, { ...job, ...done }, true)).toBe(job);
  expect(atScale(job, job, false)).toBe(job);
  const agent = object("apps/v1", "DaemonSet", { template: { spec: { nodeSelector: { disk: "fast" } } } });
  expect(
    Object.keys(
      (
        atScale(agent, undefined, true).spec as typeof agent.spec & {
          template: { spec: { nodeSelector: object } };
        }
      ).template.spec.nodeSelector,
    ),
  ).toEqual(["disk", "hub.sealos.io/suspended"]);
  const other = object("v1", "ConfigMap", {});
  expect(atScale(other, undefined, true)).toBe(other);
});

test("a workload has stopped once its controller has seen it and has no pods left", () => {
  const stopping = {
    ...web({ replicas: 0 }, { generation: 2 }),
    status: { observedGeneration: 2, replicas: 1 },
  };
  expect(isStopped(stopping)).toBe(false);
  expect(isStopped({ ...stopping, status: { observedGeneration: 1 } })).toBe(false);
  expect(isStopped({ ...stopping, status: { observedGeneration: 2 } })).toBe(true);
});
