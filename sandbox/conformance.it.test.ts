import { readFile } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import { DOCUMENT, documentOf, knownDifferences, README, readmeOf } from "./conformance/document.ts";
import { nameOf } from "./conformance/known.ts";
import { knownCommandDifferences } from "./conformance/kubectl/document.ts";
import { replay } from "./conformance/replay.ts";

let answers: Awaited<ReturnType<typeof replay>>;
beforeAll(async () => {
  answers = await replay();
}, 120_000);

it("answers as kube-apiserver 1.36 did, but for the listed differences", async () => {
  const known = (await knownDifferences()).flatMap((each) => each.requests);
  const { requests, different } = answers;
  const agree = requests - different.length;
  console.log(
    `conformance: ${agree} of ${requests} answers agree with kube-apiserver 1.36 (${((100 * agree) / requests).toFixed(1)} %)`,
  );
  expect(different.filter(({ request }) => !known.includes(nameOf(request)))).toEqual([]);
  const differing = different.map(({ request }) => nameOf(request));
  expect(known.filter((each) => !differing.includes(each))).toEqual([]);
});

it("is described by docs/conformance.md and the README as it is (else: node sandbox/conformance/document.ts)", async () => {
  const known = await knownDifferences();
  expect(await readFile(DOCUMENT, "utf8")).toBe(
    documentOf(answers.different, known, await knownCommandDifferences()),
  );
  const readme = await readFile(README, "utf8");
  expect(readme).toBe(readmeOf(readme, known));
});
