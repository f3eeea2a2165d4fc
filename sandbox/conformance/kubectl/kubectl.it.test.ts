import { expect, it } from "vitest";
import { nameOf } from "../known.ts";
import { knownCommandDifferences } from "./document.ts";
import { findKubectl } from "./program.ts";
import { replayCommands } from "./replay.ts";

/** Another version of kubectl prints other sentences: only the one that was recorded with will do. */
const kubectl = await findKubectl(false);
if (!kubectl) console.warn("the recorded kubectl is not here: its commands are not compared");

it.runIf(kubectl)(
  "kubectl comes to the same as on Kubernetes 1.36, but for the listed differences",
  async () => {
    const known = (await knownCommandDifferences()).flatMap(({ requests }) => requests);
    const { commands, different } = await replayCommands(kubectl ?? "");
    console.log(
      `conformance: ${commands - different.length} of ${commands} commands of kubectl come to the same`,
    );
    expect(different.filter(({ request }) => !known.includes(nameOf(request)))).toEqual([]);
    const differing = different.map(({ request }) => nameOf(request));
    expect(known.filter((each) => !differing.includes(each))).toEqual([]);
  },
  300_000,
);
