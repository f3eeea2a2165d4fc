import { quotaLines, spokenAmount } from "../../lib/install/quota.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import type { QuotaLine } from "../../lib/model/plan.ts";
import { parseQuantity } from "../../lib/model/quantity.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { workspaceOf } from "./workspace.ts";

type Limited = Pick<QuotaLine, "resource" | "unit" | "used" | "hard">;

/** Prints what a workspace's quotas limit, what is used of it and what is left; or a request for more of it. */
export async function printQuota(context: Context, { request }: { request: string[] }): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  const { items } = await cluster.list<KubernetesObject>({
    apiVersion: "v1",
    kind: "ResourceQuota",
    namespace,
  });
  const lines: Limited[] = quotaLines(items, {}).map(({ resource, unit, used, hard }) => ({
    ...{ resource, unit, used, hard },
  }));
  const { out } = context;
  if (request.length > 0) {
    const text = requestFor(context, namespace, lines, request);
    return out.result({ namespace, text }, () => text);
  }
  if (lines.length === 0 && !out.json)
    return out.note(["Nothing limits {namespace}.", "{namespace} 没有配额限制。"], { namespace });
  out.table(
    lines.map((line) => ({ ...line, left: Math.max(0, line.hard - line.used) })),
    [
      { title: "RESOURCE", of: ({ resource }) => resource },
      { title: "USED", of: ({ resource, used }) => spokenAmount(resource, used) },
      { title: "LIMIT", of: ({ resource, hard }) => spokenAmount(resource, hard) },
      { title: "LEFT", of: ({ resource, left }) => spokenAmount(resource, left) },
      { title: "SHARE", of: ({ used, hard }) => (hard > 0 ? `${Math.round((used / hard) * 100)} %` : "-") },
    ],
  );
}

/** The words of a request for more. */
function requestFor(
  { out }: Context,
  namespace: string,
  lines: readonly Limited[],
  asked: readonly string[],
): string {
  const wanted = asked.map((each) => {
    const [, resource = "", amount = ""] = /^([^=]+)=(.+)$/.exec(each) ?? [];
    const number = parseQuantity(amount);
    const line = lines.find((known) => known.resource === resource);
    if (number === undefined)
      throw new CommandError(
        [
          "{each} is no request: write RESOURCE=AMOUNT, like requests.memory=32Gi.",
          "{each} 格式有误，请写 RESOURCE=AMOUNT，例如 requests.memory=32Gi。",
        ],
        { params: { each }, exit: "usage" },
      );
    if (!line)
      throw new CommandError(
        [
          "Nothing limits {resource} in {namespace}; limited are: {limited}.",
          "{namespace} 中 {resource} 没有限制；受限的有：{limited}。",
        ],
        {
          params: { resource, namespace, limited: lines.map((known) => known.resource).join(", ") },
          exit: "usage",
        },
      );
    if (number <= line.hard)
      throw new CommandError(
        ["{namespace} may take {hard} of {resource} already.", "{namespace} 的 {resource} 配额已有 {hard}。"],
        { params: { namespace, resource, hard: spokenAmount(resource, line.hard) }, exit: "usage" },
      );
    return out.say(
      [
        "{resource} from {hard} to {wanted} ({used} used)",
        "{resource} 由 {hard} 提高到 {wanted}（已用 {used}）",
      ],
      {
        resource,
        hard: spokenAmount(resource, line.hard),
        wanted: spokenAmount(resource, number),
        used: spokenAmount(resource, line.used),
      },
    );
  });
  return out.say(
    [
      "Please raise the quota of the workspace {namespace}: {wanted}.",
      "请提高工作空间 {namespace} 的配额：{wanted}。",
    ],
    { namespace, wanted: wanted.join(out.say([", ", "，"])) },
  );
}
