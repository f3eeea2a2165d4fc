import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { replay } from "./conformance/replay.ts";

interface Known {
  /** Why the sandbox answers otherwise. */
  reason: string;
  /** `services 3`: the fourth request of the group `services`. */
  requests: string[];
}

it("answers as kube-apiserver 1.36 did, but for the listed differences", async () => {
  const file = await readFile(new URL("conformance/known-differences.json", import.meta.url), "utf8");
  const known = (JSON.parse(file) as Known[]).flatMap((each) => each.requests);
  const { requests, different } = await replay();
  const agree = requests - different.length;
  console.log(
    `conformance: ${agree} of ${requests} answers agree with kube-apiserver 1.36 (${((100 * agree) / requests).toFixed(1)} %)`,
  );
  const name = (request: string) => request.slice(0, request.indexOf(":"));
  const unexpected = different.filter(({ request }) => !known.includes(name(request)));
  expect(unexpected).toEqual([]);
  const differing = different.map(({ request }) => name(request));
  expect(known.filter((each) => !differing.includes(each))).toEqual([]);
});
