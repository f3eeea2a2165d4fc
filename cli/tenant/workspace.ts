import { ApiError, Cluster } from "../../lib/cluster/index.ts";
import { fieldManagerOf } from "../../lib/model/door.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { CONTEXT_PREFIX, kubeconfigPaths, readContexts } from "./kubeconfig.ts";

export interface Workspace {
  cluster: Cluster;
  namespace: string;
}

/** The cluster of the kubeconfig, and the workspace of `-n` or its context. Throws when there is none. */
export async function workspaceOf({ env, namespace }: Context): Promise<Workspace> {
  const paths = kubeconfigPaths(env);
  const { current, namespaces } = await readContexts(paths);
  if (!current)
    throw new CommandError(
      [
        "No cluster: {paths} has no current context. Run hub login, or name a kubeconfig in KUBECONFIG.",
        "没有集群：{paths} 中没有当前上下文。请运行 hub login，或用 KUBECONFIG 指定 kubeconfig。",
      ],
      { params: { paths }, exit: "usage" },
    );
  // A context of ours is for one workspace: another workspace's credentials are in another.
  const other = namespace && `${CONTEXT_PREFIX}${namespace}`;
  const context = current.startsWith(CONTEXT_PREFIX) && other && namespaces.has(other) ? other : current;
  const chosen = namespace ?? (namespaces.get(context) || undefined);
  if (!chosen)
    throw new CommandError(
      [
        "Which workspace? The context {context} names no namespace: add -n NAMESPACE.",
        "哪个工作空间？上下文 {context} 没有命名空间，请加上 -n NAMESPACE。",
      ],
      { params: { context }, exit: "usage" },
    );
  return { cluster: Cluster.fromKubeconfig(paths, { context, userAgent: "hub" }), namespace: chosen };
}

/** The same, to change something in: what is written bears the name of the person whose account asks. */
export async function writableWorkspaceOf(context: Context): Promise<Workspace> {
  const { cluster, namespace } = await workspaceOf(context);
  const uid = (await whoAsks(cluster)).match(`^system:serviceaccount:${namespace}:member-(.+)$`)?.[1];
  return { cluster: cluster.writingAs(uid ? fieldManagerOf("cli", uid) : "hub"), namespace };
}

/** The user that the API server takes the credentials for; empty where it does not tell. */
async function whoAsks(cluster: Cluster): Promise<string> {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  try {
    const { status } = (await cluster.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      body: review,
    })) as { status?: { userInfo?: { username?: string } } };
    return status?.userInfo?.username ?? "";
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return "";
    throw error;
  }
}
