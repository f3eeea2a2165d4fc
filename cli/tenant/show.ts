import { expandAll } from "../../lib/images/expand.ts";
import { instanceView } from "../../lib/install/instance-view.ts";
import { groupKind } from "../../lib/install/references.ts";
import type { InstanceKind } from "../../lib/model/image.ts";
import type { KubernetesObject, ObjectReference } from "../../lib/model/kubernetes.ts";
import type { KindsView, ProviderView } from "../../lib/model/provider-views.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { hubApi } from "./hub-api.ts";
import { columnText, listed, listsOf, type Place } from "./instance-lists.ts";
import { resolveTarget } from "./target.ts";
import { workspaceOf } from "./workspace.ts";

/** Prints how a provider's instance is, or one of the lists that its page has. */
export async function showInstance(
  context: Context,
  { name, list }: { name: string; list: string | undefined },
): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  const target = await resolveTarget(context, cluster, namespace, name);
  if ("installation" in target)
    throw new CommandError(
      [
        "{name} is an installation and no instance of a provider. Write KIND/NAME for an instance, or see: hub get installations {name}",
        "{name} 是安装，不是 provider 实例。实例请写 KIND/NAME；查看安装请运行 hub get installations {name}",
      ],
      { params: { name }, exit: "usage" },
    );
  const { instance } = target;
  const { provider, kinds, kind } = await declarationOf(context, instance);
  const object = await cluster.get<KubernetesObject>({ ...instance, namespace });
  const selector = await expandAll(kind.workloads.selector, { name: instance.name, namespace, object });
  const place: Place = { cluster, namespace, provider, kind, object, selector };
  const lists = listsOf(kind, kinds);
  if (list === undefined) return summary(context, place, Object.keys(lists));
  const print = Object.hasOwn(lists, list) ? lists[list] : undefined;
  if (!print)
    throw new CommandError(
      [
        "{kind} {name} has no list {list}; it has: {lists}.",
        "{kind} {name} 没有列表 {list}，可用的有：{lists}。",
      ],
      {
        params: { kind: instance.kind, name: instance.name, list, lists: Object.keys(lists).join(", ") },
        exit: "not-found",
      },
    );
  await print(context, place);
}

/** What the provider of an instance says of its kinds. */
async function declarationOf(
  context: Context,
  { apiVersion, kind }: ObjectReference,
): Promise<{ provider: string; kinds: readonly InstanceKind[]; kind: InstanceKind }> {
  const { ask } = await hubApi(context);
  const query = new URLSearchParams({ apiVersion, kind });
  const [served] = (await ask<KindsView>("GET", `/api/hub/kinds?${query}`)).kinds;
  const path = `/api/providers/${encodeURIComponent(served?.resource ?? "")}`;
  const { kinds = [] } = served ? await ask<ProviderView>("GET", path) : {};
  const declared = kinds.find((each) => groupKind(each) === groupKind({ apiVersion, kind }));
  if (served && declared) return { provider: served.resource, kinds, kind: declared };
  throw new CommandError(
    [
      "No provider of the cluster answers for {kind}. See: hub get",
      "集群中没有 provider 管理 {kind}。请运行 hub get 查看。",
    ],
    { params: { kind }, exit: "not-found" },
  );
}

async function summary({ out }: Context, place: Place, lists: readonly string[]): Promise<void> {
  const { provider, kind, object } = place;
  const { members: declared } = kind;
  const [pods, workloads, members] = await Promise.all([
    listed(place, { apiVersion: "v1", kind: "Pod" }),
    Promise.all(kind.workloads.kinds.map((each) => listed(place, { apiVersion: "apps/v1", kind: each }))),
    declared && listed(place, declared),
  ]);
  const parts = { workloads: workloads.flat(), pods, ...(members && { members }) };
  const view = instanceView(provider, kind, object, parts);
  const { name, phase, ready, desired, message, columns } = view;
  const many = kind.status.workloads !== "ignored" || declared !== undefined;
  out.result({ ...view, lists }, () => [
    `${kind.kind.toLowerCase()}/${name}: ${phase}${
      many ? out.say([", {ready} of {desired} ready", "，{ready}/{desired} 就绪"], { ready, desired }) : ""
    }`,
    ...(message ? [message] : []),
    ...kind.columns.flatMap((column, at) => {
      const value = columnText(column, columns[at]);
      const title = column.i18n?.[out.language]?.title ?? column.title;
      return value === "" ? [] : [`  ${title}: ${value}`];
    }),
    out.say(["Lists: {lists}", "列表：{lists}"], { lists: lists.join(", ") }),
  ]);
}
