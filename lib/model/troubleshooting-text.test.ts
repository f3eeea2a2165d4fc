import { expect, test } from "vitest";
import type { Troubleshooting } from "./troubleshooting.ts";
import { type TroubleWords, troubleshootingText } from "./troubleshooting-text.ts";

const words: TroubleWords = {
  ...{ title: "Troubleshooting", image: "Image", state: "State", revision: "Revision" },
  ...{ conditions: "Conditions", objects: "Objects", pods: "Pods", events: "Events", nothing: "none" },
  ...{
    restarts: "restarts",
    exitCode: "exit code",
    lastLines: "Last lines",
    linesBefore: "Last lines before",
  },
  ...{
    withheld: "Logs withheld",
    tooManySecrets: "Too much to look for",
    morePods: "More pods",
    masked: "Masked",
  },
};
const report: Troubleshooting = {
  at: "2026-03-01T00:00:00Z",
  ...{ name: "web", namespace: "ns-alice", image: "labring/web:1", phase: "Failed", revision: 2 },
  said: { message: "It\ncrashes.", object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
  conditions: [
    { type: "Ready", status: "False", reason: "Crash", message: "no", since: "2026-03-01T00:00:00Z" },
  ],
  objects: [
    { apiVersion: "apps/v1", kind: "Deployment", name: "web", health: "Failed", message: "no\nprogress" },
  ],
  pods: [
    {
      ...{ name: "web-1", phase: "Running", node: "n1" },
      containers: [
        {
          ...{
            name: "main",
            image: "nginx:1",
            ready: false,
            restarts: 3,
            state: "CrashLoopBackOff",
            exitCode: 1,
          },
          log: { text: "one\n```\n# not a heading", previous: true },
        },
      ],
    },
  ],
  events: [],
  logs: "withheld",
  morePods: 4,
};

test("says all that is known, a heading for each kind, and what is left out", () => {
  expect(
    troubleshootingText(report, words, ({ message = "" }) => `“${message}”`),
  ).toBe(`# Troubleshooting: web (ns-alice/web)

- 2026-03-01T00:00:00Z
- Image: labring/web:1
- State: Failed
- Revision: 2

> “It crashes.”

Deployment/web

## Conditions

- Ready: False (Crash, 2026-03-01T00:00:00Z) – “no”

## Objects

- Deployment/web: Failed – “no progress”

## Pods

### web-1: Running (n1)

- main: CrashLoopBackOff (restarts 3, exit code 1) – nginx:1

Last lines before:

\`\`\`\`
one
\`\`\`
# not a heading
\`\`\`\`

More pods: 4

Logs withheld

## Events

none

_Masked_
`);
});

test("says why there is no log where the Secrets hold too much to be looked for", () => {
  const text = troubleshootingText({ ...report, logs: "too-many-secrets" }, words, () => "");
  expect(text).toContain("Too much to look for");
  expect(text).not.toContain("Logs withheld");
});
