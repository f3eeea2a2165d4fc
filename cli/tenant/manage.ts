import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { annotation, type Installation, label } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { openBrowser } from "./browser.ts";
import { follow, getInstallation, INSTALLATION } from "./installation.ts";
import { workspaceOf, writableWorkspaceOf } from "./workspace.ts";

export async function uninstallInstallation(
  context: Context,
  { name, purge, wait }: { name: string; purge: boolean; wait: boolean },
): Promise<void> {
  const { cluster, namespace } = await writableWorkspaceOf(context);
  const { metadata } = await getInstallation(cluster, namespace, name);
  const ref = { ...INSTALLATION, namespace, name };
  // A deletion leaves no writer behind; this does.
  const annotations = {
    [annotation.uninstallRequested]: new Date().toISOString(),
    ...(purge && { [annotation.volumes]: "delete" }),
  };
  await cluster.patch(ref, { metadata: { annotations } }, { type: "merge" });
  await cluster.delete(ref, { uid: metadata.uid ?? "" });
  if (wait) {
    let said = "";
    await follow<Installation>(context, cluster, ref, ({ status, metadata: now }) => {
      const message = status?.message ?? "";
      if (message !== said) context.out.note(`${name}: ${message}`);
      said = message;
      return now.uid !== metadata.uid;
    });
  }
  context.out.result({ namespace, name, volumes: purge ? "deleted" : "kept" }, () =>
    context.out.say(
      purge
        ? ["{name} is being uninstalled for good, with all data.", "正在彻底卸载 {name} 及其全部数据。"]
        : [
            "{name} is being uninstalled; hub bin restore {name} brings it back.",
            "正在卸载 {name}；使用 hub bin restore {name} 可以恢复。",
          ],
      { name },
    ),
  );
}

export async function printLogs(
  context: Context,
  { name, follow: live }: { name: string; follow: boolean },
): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  await getInstallation(cluster, namespace, name);
  const { items: pods } = await cluster.list<
    KubernetesObject & { spec?: { containers?: { name: string }[] } }
  >({
    ...{ apiVersion: "v1", kind: "Pod", namespace },
    labelSelector: `${label.installation}=${name}`,
  });
  const sources = pods.flatMap(({ metadata, spec }) =>
    (spec?.containers ?? []).map((container) => ({ pod: metadata.name ?? "", container: container.name })),
  );
  if (sources.length === 0)
    throw new CommandError(["{name} has no pods.", "{name} 没有 Pod。"], {
      params: { name },
      exit: "not-found",
    });
  const print = async ({ pod, container }: { pod: string; container: string }) => {
    const from = sources.length > 1 ? `[${pod} ${container}] ` : "";
    const lines = cluster.logs(
      { namespace, name: pod },
      { container, ...(live ? { follow: true } : {}) },
      context.signal,
    );
    for await (const line of lines) context.out.result({ pod, container, line }, () => `${from}${line}`);
  };
  if (live) await Promise.all(sources.map(print));
  else for (const source of sources) await print(source);
}

export async function openInstallation(context: Context, { name }: { name: string }): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  const { status } = await getInstallation(cluster, namespace, name);
  const address = status?.address;
  if (!address)
    throw new CommandError(["{name} has no address: {message}", "{name} 没有地址：{message}"], {
      params: { name, message: status?.message ?? status?.phase ?? "" },
    });
  context.out.result({ address }, () => address);
  // An image wrote it: a browser gets web addresses only.
  if (process.stdout.isTTY && /^https?:\/\//.test(address)) openBrowser(address, context.env);
}
