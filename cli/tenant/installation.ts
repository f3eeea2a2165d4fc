import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { tooLarge } from "../../lib/install/input-size.ts";
import { API_VERSION, type Installation } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";

export const INSTALLATION = { apiVersion: API_VERSION, kind: "Installation" };

/** Throws `not-found`, naming what is installed. */
export async function getInstallation(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<Installation> {
  const found = await cluster.find<Installation>({ ...INSTALLATION, namespace, name });
  if (found) return found;
  const { items } = await cluster.list<Installation>({ ...INSTALLATION, namespace });
  throw new CommandError(
    [
      "Nothing is installed as {name} in {namespace}. What is: {names}",
      "{namespace} 中没有名为 {name} 的安装。现有：{names}",
    ],
    {
      params: { name, namespace, names: items.map(({ metadata }) => metadata.name).join(", ") || "–" },
      exit: "not-found",
    },
  );
}

/**
 * Watches one object until `done` says so; `done` throws what is final and bad. Returns the last state; undefined once
 * it is deleted. A watch that ends begins anew.
 */
export async function follow<T extends ApiObject>(
  { signal }: Pick<Context, "signal">,
  cluster: Cluster,
  ref: { apiVersion: string; kind: string; namespace: string; name: string },
  done: (object: T) => boolean,
): Promise<T | undefined> {
  const { name, ...type } = ref;
  for (;;) {
    const watch = cluster.watch<T>(
      { ...type, fieldSelector: `metadata.name=${name}`, sendInitialEvents: true, timeoutSeconds: 300 },
      signal,
    );
    let seen = false;
    for await (const { type: event, object } of watch) {
      if (event === "BOOKMARK" && !seen) return undefined;
      if (event === "DELETED") return undefined;
      if (event !== "ADDED" && event !== "MODIFIED") continue;
      seen = true;
      if (done(object)) return object;
    }
  }
}

/**
 * Says what happens until the installation runs as it is wanted, or rests where that is wanted. Throws the sentence of its
 * status when it failed, and when an upgrade failed or was taken back.
 */
export async function untilRunning(
  context: Context,
  cluster: Cluster,
  installation: Installation,
): Promise<Installation> {
  const { name, namespace = "", generation = 0 } = installation.metadata;
  let said = "";
  const state = await follow<Installation>(context, cluster, { ...INSTALLATION, namespace, name }, (now) => {
    const { phase, message, observedGeneration = 0 } = now.status ?? {};
    const line = `${name}: ${phase ?? "Pending"}${message ? ` – ${message}` : ""}`;
    if (line !== said) context.out.note(line);
    said = line;
    refuseTakenBack(now, installation.spec.image);
    if (observedGeneration < generation) return false;
    if (phase === "Failed") throw new CommandError([message ?? "failed", message ?? "失败"]);
    // Its owner has stopped it, or the workspace's budget has.
    if (now.spec.suspended || now.status?.reason === "budget-stopped") return phase === "Suspended";
    refuseFailedUpgrade(now);
    const ready = now.status?.conditions?.find(({ type }) => type === "Ready");
    return phase === "Running" && (ready?.observedGeneration ?? 0) >= generation;
  });
  if (state) return state;
  throw new CommandError(["{name} was uninstalled meanwhile.", "{name} 已被卸载。"], { params: { name } });
}

function refuseTakenBack({ status }: Installation, image: string): void {
  const { upgrade } = status ?? {};
  if (upgrade?.phase !== "RolledBack" || !upgrade.automatic || upgrade.to.image !== image) return;
  const params = { image, former: upgrade.from.image, why: upgrade.message ?? "" };
  throw new CommandError(
    [
      "{image} was not ready in time, so it went back to {former}. {why}",
      "{image} 未能按时就绪，已回滚到 {former}。{why}",
    ],
    { params },
  );
}

/** One that is atomic goes back by itself; that is waited for. */
function refuseFailedUpgrade({ metadata, spec, status }: Installation): void {
  const { upgrade, message = "" } = status ?? {};
  if (upgrade?.phase !== "Failed" || upgrade.to.image !== spec.image) return;
  if (spec.upgrade?.atomic && upgrade.automatic === undefined) return;
  throw new CommandError(
    ["{message} Go back with: hub rollback {name}", "{message} 回滚请运行：hub rollback {name}"],
    { params: { message, name: metadata.name } },
  );
}

/** `KEY=VALUE` options as inputs. */
export function inputsOf(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
    throw new CommandError(["--set takes KEY=VALUE, not {pair}.", "--set 应为 KEY=VALUE，而不是 {pair}。"], {
      params: { pair },
      exit: "usage",
    });
  });
  return Object.fromEntries(entries);
}

/** Refuses, before anything is written, inputs that the cluster would not take. */
export function refuseLarge(inputs: Readonly<Record<string, string>>): void {
  const large = tooLarge(inputs);
  if (!large) return;
  const params = { field: large.field, ...large.params };
  throw new CommandError(
    large.reason === "input-long"
      ? [
          "The input {field} is too long: a value may have at most {limit} KiB.",
          "参数 {field} 过长：每个值最多 {limit} KiB。",
        ]
      : [
          "All inputs together have {size} KiB, which may be at most {limit} KiB. The longest is {field}.",
          "所有参数合计 {size} KiB，最多 {limit} KiB。最长的是 {field}。",
        ],
    { params, exit: "usage" },
  );
}
