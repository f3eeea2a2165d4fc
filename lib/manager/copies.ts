import { type BinItem, keptIn } from "../install/bin.ts";
import { textAt } from "../install/paths.ts";
import type { ActionRun } from "../model/resources.ts";
import { withOwnFields } from "./children.ts";

// What is kept of objects that tenants make as many and as large as they like: all of them are copied here.

/** A run without what it was given and has printed: both are read from the cluster when it is its turn. */
export function briefRun(run: ActionRun): ActionRun {
  const { inputs: _, ...spec } = run.spec;
  const { output: __, ...status } = run.status ?? {};
  return withOwnFields({ ...run, spec, ...(run.status ? { status } : {}) });
}

/** What is in the bin, without what it takes to install it again. */
export function briefItem(item: BinItem): BinItem {
  const { apiVersion, kind, metadata, revision } = item;
  const image = textAt(item, "data.installation.spec.image") ?? "";
  const kept = keptIn(item).map(({ kind: of, name }) => ({ kind: of, name }));
  const data = { installation: { spec: { image } }, title: "", kept } as unknown as BinItem["data"];
  return withOwnFields({ apiVersion, kind, metadata, revision, data });
}
