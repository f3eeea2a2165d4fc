import { expect, it } from "vitest";
import { groups } from "./cases/index.ts";
import { differences } from "./differences.ts";
import { findKubectl } from "./kubectl/program.ts";
import { recordedOutcomes } from "./kubectl/recorded.ts";
import { compare } from "./kubectl/replay.ts";
import { outcomesOf } from "./kubectl/run.ts";
import { answersOf, startReference } from "./real.ts";
import { recordedAnswers } from "./recorded.ts";

/** Runs where the suites run on real Kubernetes: it takes minutes, and programs that a plain run does not need. */
const onKubernetes = (process.env.HUB_TEST_CLUSTER ?? "sandbox") !== "sandbox";

it.runIf(onKubernetes)(
  "what is recorded is what a live kube-apiserver answers (else: node sandbox/conformance/record.ts)",
  async () => {
    const cluster = await startReference();
    try {
      const answers = await answersOf(cluster.kubeconfig);
      const stale: string[] = [];
      for (const group of groups) {
        const recorded = await recordedAnswers(group.name);
        group.steps.forEach((step, i) => {
          const [then, now] = [recorded[i], answers[group.name]?.[i]];
          const found = then && now ? differences(then, now) : ["nothing is recorded"];
          if (found.length > 0) stale.push(`${group.name} ${i}: ${step.method} ${step.path}: ${found[0]}`);
        });
      }
      expect(stale).toEqual([]);
    } finally {
      await cluster.stop();
    }
  },
  600_000,
);

it.runIf(onKubernetes)(
  "what is recorded of kubectl is what it comes to (else: node sandbox/conformance/kubectl/record.ts)",
  async () => {
    const kubectl = await findKubectl(true);
    if (!kubectl) throw new Error("kubectl cannot be had");
    const cluster = await startReference();
    try {
      const outcomes = await outcomesOf({ kubectl, kubeconfig: cluster.kubeconfig });
      expect(compare(await recordedOutcomes(), outcomes)).toEqual([]);
    } finally {
      await cluster.stop();
    }
  },
  600_000,
);
