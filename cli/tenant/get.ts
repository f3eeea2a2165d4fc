import type { Cluster, ResourceType } from "../../lib/cluster/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { workspaceOf } from "./workspace.ts";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

interface Table {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[] }[];
}

/** The kind that somebody means: kind, plural, singular or short name, with its group if they say so. */
export async function kindOf(cluster: Cluster, word: string): Promise<ResourceType | undefined> {
  const [name = "", ...group] = word.toLowerCase().split(".");
  const types = (await cluster.discovery.all()).filter(
    (type) =>
      (type.plural === name || type.kind.toLowerCase() === name || type.shortNames.includes(name)) &&
      (group.length === 0 || type.group === group.join(".")),
  );
  return types.find(({ group: each }) => each === "") ?? types[0];
}

/** As kubectl prints it: the API server makes the table. */
export async function printObjects(
  context: Context,
  { kind = "installations.hub.sealos.io", name }: { kind: string | undefined; name: string | undefined },
): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  const type = await kindOf(cluster, kind);
  if (!type)
    throw new CommandError(
      [
        "The cluster serves no kind {kind}. Is its provider installed?",
        "集群没有类型 {kind}。其 provider 是否已安装？",
      ],
      {
        params: { kind },
        exit: "not-found",
      },
    );
  const apiVersion = type.group ? `${type.group}/${type.version}` : type.version;
  const path = await cluster.path({
    ...{ apiVersion, kind: type.kind },
    ...(type.namespaced && { namespace }),
    ...(name && { name }),
  });
  const { signal } = context;
  if (context.json) return context.out.result(await cluster.request("GET", path, { signal }), () => "");
  const { columnDefinitions, rows } = (await cluster.request("GET", path, {
    accept: TABLE,
    signal,
  })) as Table;
  const columns = columnDefinitions.flatMap(({ name: title, priority }, at) =>
    priority === 0
      ? [{ title: title.toUpperCase(), of: ({ cells }: Table["rows"][number]) => String(cells[at] ?? "") }]
      : [],
  );
  if (rows.length > 0) context.out.table(rows, columns);
  else
    context.out.note(["There are no {kind} in {namespace}.", "{namespace} 中没有 {kind}。"], {
      kind: type.plural,
      namespace,
    });
}
