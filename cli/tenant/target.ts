import type { Cluster } from "../../lib/cluster/index.ts";
import type { ObjectReference } from "../../lib/model/kubernetes.ts";
import type { KindsView } from "../../lib/model/provider-views.ts";
import type { Installation } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { kindOf } from "./get.ts";
import { findHubApi } from "./hub-api.ts";
import { INSTALLATION } from "./installation.ts";

export type Target = { installation: Installation } | { instance: ObjectReference };

/**
 * What a word on the command line names: an installation, `KIND/NAME`, or an instance by its name alone.
 * @param named the instance's name, where the word may be its kind
 * @throws CommandError for what is not there
 */
export async function resolveTarget(
  context: Context,
  cluster: Cluster,
  namespace: string,
  word: string,
  named?: string,
): Promise<Target> {
  if (!named) {
    const installation = await cluster.find<Installation>({
      ...INSTALLATION,
      namespace,
      name: word.split("/")[0] ?? "",
    });
    if (installation && !word.includes("/")) return { installation };
  }
  const [left = "", right] = word.split("/");
  const type = await kindOf(cluster, left);
  const name = right ?? named;
  if (type && name) {
    const apiVersion = type.group ? `${type.group}/${type.version}` : type.version;
    const reference = { apiVersion, kind: type.kind, name };
    await cluster.get({ ...reference, namespace });
    return { instance: reference };
  }
  const api = await findHubApi(context);
  const { kinds } = api ? await api.ask<KindsView>("GET", "/api/hub/kinds") : { kinds: [] };
  for (const { apiVersion, kind } of kinds) {
    const reference = { apiVersion, kind, name: named ?? word };
    if (await cluster.find({ ...reference, namespace })) return { instance: reference };
  }
  throw new CommandError(
    [
      "There is no installation and no instance {word} in {namespace}. Write KIND/NAME, or see: hub get",
      "{namespace} 中没有名为 {word} 的安装或实例。请写 KIND/NAME，或运行 hub get 查看。",
    ],
    { params: { word: named ?? word, namespace }, exit: "not-found" },
  );
}
