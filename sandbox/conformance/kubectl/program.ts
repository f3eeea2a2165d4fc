import { findBinaries } from "../../../tools/cluster/index.ts";

/** The path of the kubectl that the battery is recorded with; undefined where there is none, unless it may be made. */
export async function findKubectl(make: boolean): Promise<string | undefined> {
  const binaries = await findBinaries(["kubectl"], (line) => console.error(line), { make });
  return "found" in binaries ? binaries.found.kubectl : undefined;
}
