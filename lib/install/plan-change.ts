import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { GrantedRight } from "../model/plan.ts";
import { renderChart } from "./chart/render.ts";
import { equal } from "./compare.ts";
import type { Inspection } from "./inspect.ts";
import type { RenderContext } from "./render-types.ts";
import type { ResolvedImage } from "./resolve.ts";
import { type Revision, readValues } from "./revisions.ts";
import { rightsOf } from "./rights.ts";
import { drawValues } from "./values.ts";

/** What the objects give, marked where what is there now does not give it yet. */
export function rightsAdded(
  objects: readonly KubernetesObject[],
  inspections: readonly Inspection[],
  { serviceAccount }: RenderContext,
): GrantedRight[] {
  const there = inspections.flatMap(({ live }) => (live ? [live] : []));
  const given = new Set(rightsOf(there, serviceAccount).map(({ message }) => message));
  return rightsOf(objects, serviceAccount).map((right) =>
    given.has(right.message) ? right : { ...right, added: true },
  );
}

/** Whether the workload's pods are replaced: those of a CronJob are made anew in any case. */
export function restarts({ operation, live, merged, replace }: Inspection): boolean {
  if (operation !== "change" || !live || !merged) return false;
  return replace === true || !equal(templateOf(live), templateOf(merged));
}

function templateOf({ kind, spec }: KubernetesObject): unknown {
  return POD_RUNNERS.has(kind) ? (spec as { template?: unknown } | undefined)?.template : undefined;
}

const POD_RUNNERS = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);

interface ValuesRequest {
  content: ResolvedImage["content"];
  name: string;
  inputs: Record<string, string>;
  context: RenderContext;
  /** The revision that is installed; absent for what is new. */
  newest: Revision | undefined;
}

/** Values as the next revision has them: what was drawn earlier stays. */
export async function newValues(cluster: Cluster, { newest, ...given }: ValuesRequest) {
  const { content, context } = given;
  const kept = newest && (await readValues(cluster, context.namespace, newest.data.values));
  const values = await drawValues(content, context, undefined, kept?.drawn);
  const chart = await renderChart(cluster, { ...given, drawn: values, earlier: kept?.chart });
  return { context, values, chart };
}
