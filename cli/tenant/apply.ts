import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parseAllDocuments } from "yaml";
import { type ApiError, isConflict, isForbidden, isNotFound, refOf } from "../../lib/cluster/index.ts";
import { quotaRefusal } from "../../lib/install/quota.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import type { KindsView } from "../../lib/model/provider-views.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { refuseOverBudget } from "./budget.ts";
import { findHubApi, type HubApi } from "./hub-api.ts";
import { type Workspace, workspaceOf } from "./workspace.ts";

/** Who answers for a kind, as the Hub knows it; nobody without a Hub. */
async function answering(
  api: HubApi | undefined,
  { apiVersion, kind }: KubernetesObject,
): Promise<KindsView> {
  // Kinds of Kubernetes' own have no provider.
  if (!api || !apiVersion.includes(".")) return { kinds: [] };
  const query = new URLSearchParams({ apiVersion, kind });
  return api.ask<KindsView>("GET", `/api/hub/kinds?${query}`);
}

export async function applyFiles(
  context: Context,
  { file, dryRun, force }: { file: string[]; dryRun: boolean; force: boolean },
): Promise<void> {
  const workspace = await workspaceOf(context);
  const { cluster } = workspace;
  const objects = await objectsIn(context, workspace, file);
  const api = await findHubApi(context);
  const who = new Map<KubernetesObject, KindsView>();
  for (const object of objects) {
    const found = await answering(api, object);
    who.set(object, found);
    if (!(await cluster.discovery.find(object.apiVersion, object.kind))) throw kindMissing(object, found);
  }
  for (const object of objects) {
    const provider = who.get(object)?.kinds[0]?.provider;
    const before = await cluster.find(refOf(object));
    if (provider && !before) await refuseOverBudget(cluster, workspace.namespace);
    const after = await applied(workspace, object, { dryRun, force });
    const operation = !before
      ? "created"
      : before.metadata.resourceVersion === after.metadata.resourceVersion
        ? "unchanged"
        : "configured";
    context.out.result(
      { ...refOf(object), operation, ...(provider && { provider }), ...(dryRun && { dryRun }) },
      () =>
        [
          `${object.kind.toLowerCase()}/${object.metadata.name} ${operation}`,
          ...(dryRun ? [context.out.say(["(dry run)", "（试运行）"])] : []),
          ...(provider ? [context.out.say(["by {provider}", "由 {provider} 负责"], { provider })] : []),
        ].join(" "),
    );
  }
}

async function applied(
  { cluster }: Workspace,
  object: KubernetesObject,
  options: { dryRun: boolean; force: boolean },
): Promise<KubernetesObject> {
  try {
    return await cluster.apply(object, { fieldManager: "hub", ...options });
  } catch (error) {
    const full = isForbidden(error) ? quotaRefusal((error as ApiError).message) : undefined;
    if (full?.reason === "quota-count")
      throw new CommandError(
        [
          full.message,
          "该工作空间最多可有 {hard} 个 {plural}（{group}），已有 {used} 个。请删除一个，或请管理员提高配额。",
        ],
        { params: full.params, cause: error },
      );
    if (!isConflict(error)) throw error;
    const params = {
      kind: object.kind,
      name: object.metadata.name ?? "",
      message: (error as ApiError).message,
    };
    throw new CommandError(
      [
        "{kind}/{name}: {message}. With --force these fields become yours.",
        "{kind}/{name}：{message}。使用 --force 可接管这些字段。",
      ],
      { params, cause: error },
    );
  }
}

function kindMissing({ apiVersion, kind }: KubernetesObject, { offeredBy }: KindsView): CommandError {
  const params = { apiVersion, kind, image: offeredBy ?? "" };
  return offeredBy
    ? new CommandError(
        [
          "Nobody answers for {kind} ({apiVersion}) yet. Install its provider first: hub run {image}",
          "尚无 provider 负责 {kind}（{apiVersion}）。请先安装：hub run {image}",
        ],
        { params, exit: "not-found" },
      )
    : new CommandError(
        [
          "The cluster serves no {kind} ({apiVersion}), and no image of the Hub that is known here would. Check the spelling, or sign in with hub login.",
          "集群没有 {kind}（{apiVersion}），Hub 中也没有已知的镜像提供它。请检查拼写，或用 hub login 登录。",
        ],
        { params, exit: "not-found" },
      );
}

/** Deletes in reverse order, and goes on past what is gone; then says that something was. */
export async function deleteFiles(
  context: Context,
  { file, ignoreNotFound }: { file: string[]; ignoreNotFound: boolean },
): Promise<void> {
  const workspace = await workspaceOf(context);
  const { cluster, namespace } = workspace;
  const missing: string[] = [];
  for (const object of (await objectsIn(context, workspace, file)).reverse()) {
    const name = `${object.kind.toLowerCase()}/${object.metadata.name}`;
    try {
      await cluster.delete(refOf(object), { propagationPolicy: "Background" });
      context.out.result({ ...refOf(object), operation: "deleted" }, () => `${name} deleted`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      missing.push(name);
    }
  }
  if (missing.length === 0 || ignoreNotFound) return;
  throw new CommandError(["Not found in {namespace}: {names}", "{namespace} 中未找到：{names}"], {
    params: { namespace, names: missing.join(", ") },
    exit: "not-found",
  });
}

/** All objects of the files, in the workspace. Throws for what belongs elsewhere. */
async function objectsIn(
  { cwd }: Context,
  { cluster, namespace }: Workspace,
  files: readonly string[],
): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for (const file of files) {
    const source = file === "-" ? await text(process.stdin) : await readFile(resolve(cwd, file), "utf8");
    for (const document of parseAllDocuments(source)) {
      if (document.errors[0]) throw wrong(file, document.errors[0].message);
      const value: unknown = document.toJS();
      if (value === null || value === undefined) continue;
      if (!isObject(value)) throw wrong(file, "apiVersion, kind, metadata.name?");
      const type = await cluster.discovery.find(value.apiVersion, value.kind);
      const own = value.metadata.namespace;
      if (own && own !== namespace)
        throw new CommandError(
          [
            "{file}: {kind}/{name} is for the namespace {own}, not {namespace}. Add -n {own} if you mean it.",
            "{file}：{kind}/{name} 属于命名空间 {own}，而不是 {namespace}。如确需如此请加 -n {own}。",
          ],
          {
            params: { file, kind: value.kind, name: value.metadata.name ?? "", own, namespace },
            exit: "usage",
          },
        );
      objects.push(
        type && !type.namespaced ? value : { ...value, metadata: { ...value.metadata, namespace } },
      );
    }
  }
  return objects;
}

function isObject(value: unknown): value is KubernetesObject {
  if (typeof value !== "object" || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<KubernetesObject>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}

function wrong(file: string, message: string): CommandError {
  return new CommandError(
    ["{file} holds no object of Kubernetes: {message}", "{file} 不是 Kubernetes 对象：{message}"],
    {
      params: { file, message },
      exit: "usage",
    },
  );
}
