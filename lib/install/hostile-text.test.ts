import { test } from "vitest";
import { readKubefile } from "../images/kubefile.ts";
import { scanManifests } from "../images/scan.ts";
import { parseQuantity } from "../model/quantity.ts";
import { parseChallenges } from "../oci/auth.ts";
import { documentsOf } from "./chart/drawn.ts";
import { explain } from "./explain.ts";
import { refusalOf } from "./refusal.ts";
import { references } from "./render-problem.ts";
import { nginxStatements } from "./rules/nginx-lines.ts";
import { masker } from "./troubleshoot/mask.ts";

/**
 * What publishers and tenants write is read in processes that all share. A pattern that tries every beginning with every end
 * would keep them busy for minutes, and this test until its time is up; in time that grows with the length this is done in
 * some milliseconds.
 */
const LENGTH = 300_000;
const MINUTE_MS = 60_000;

const pending = (message: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "ns-a" },
  status: {
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
  },
});
const object = { apiVersion: "v1", kind: "ConfigMap", name: "c" };
const refused = async (message: string) => {
  const { ApiError } = await import("../cluster/index.ts");
  return refusalOf(new ApiError(422, message, { reason: "Invalid" }), object);
};
/** Its branches, read together, are no YAML. */
const broken = "${{ if(inputs.a) }}\na: [\n${{ endif() }}\n";
const mask = masker([]);

test.for<[string, (text: string) => unknown, string[]]>([
  ["a log", mask, ["a.", "a-", "password.", "password ", "eyJaaaaaaaa-", "x://a:", 'token="', "-----BEGIN "]],
  ["a Kubefile", (text) => readKubefile(`FROM scratch\nLABEL ${text}`), ["a", '"a', '\\"', "a=", " "]],
  ["a manifest", (text) => scanManifests([{ path: "m.yaml", text: broken + text, line: 1 }]), ["\n", " "]],
  ["an expression", references, ["inputs ", "inputs['", "defaults?. ", "inputs["]],
  ["a snippet of an Ingress", nginxStatements, ["\n", " ", "#", "{"]],
  ["what a chart gives", documentsOf, ["\n", " ", "# ", "---\n"]],
  ["a quantity", (text) => parseQuantity(`${text}x`), ["0", "0.", "1e"]],
  ["a registry's challenge", (text) => parseChallenges(`${text}\0`), [" ", ",", 'a="', '\\"']],
  [
    "what the scheduler says",
    (text) => explain(pending(text), { pods: [pending(text)], events: [] }),
    [" ", "."],
  ],
  ["a refusal of the API server", refused, ["storedVersions[0]: Invalid value: ", "storedVersions"]],
])("%s of any text is read at once", { timeout: MINUTE_MS }, async ([, read, parts]) => {
  for (const part of parts) {
    const text = part.repeat(Math.ceil(LENGTH / part.length));
    try {
      await read(text);
    } catch {
      // That it is refused is no matter here.
    }
  }
});
