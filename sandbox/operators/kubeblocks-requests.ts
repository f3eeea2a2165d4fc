import { timestamp, withCondition } from "../workloads/conditions.ts";
import type { Condition } from "../workloads/types.ts";
import { ownedBy, remove, text } from "./children.ts";
import { follow, type Instance, type OperatorContext, type Running, report } from "./context.ts";
import { CLUSTER, INSTANCE } from "./kubeblocks-children.ts";
import { OPERATIONS, Refusal } from "./kubeblocks-operations.ts";

const TYPE = { apiVersion: "apps.kubeblocks.io/v1alpha1", kind: "OpsRequest" };
/** Phases of a cluster in which the operator begins with an operation. */
const UP = ["Running", "Abnormal", "Failed"];
const LOOK_AGAIN_MS = 500;
const HOUR_MS = 3_600_000;

/**
 * The operator's part for `OpsRequest`: restarts, version changes, backups and restores, with phases and conditions as
 * KubeBlocks 0.9 reports them (`apis/apps/v1alpha1/opsrequest_conditions.go`, `controllers/apps/operations/`).
 */
export function followRequests(context: OperatorContext): Running {
  return follow<Instance>(
    context,
    TYPE,
    () => undefined,
    (request) => reconcile(context, request),
  );
}

async function reconcile(context: OperatorContext, request: Instance) {
  const { name, namespace, deletionTimestamp } = request.metadata;
  const phase = text(request.status?.phase);
  if (deletionTimestamp || phase === "Failed") return undefined;
  if (phase === "Succeed") return expire(context, request);
  const type = text(request.spec?.type);
  const target = text(request.spec?.clusterName) || text(request.spec?.clusterRef);
  const operation = OPERATIONS[type];
  if (!operation) {
    await invalid(context, request, "OpsTypeNotSupported", `the simulated operator knows no ${type}`);
    return undefined;
  }
  const cluster = await context.cluster.find<Instance>({ ...CLUSTER, name: target, namespace });
  if (!phase) {
    const message = `wait for the controller to process the OpsRequest: ${name} in Cluster: ${target}`;
    await say(context, request, ["WaitForProgressing", "WaitForProgressing", message], { phase: "Pending" });
  }
  if (!request.status?.startTimestamp) {
    const fault = operation.makesCluster ? undefined : unfit(type, target, cluster);
    if (fault) {
      await invalid(context, request, ...fault);
      return undefined;
    }
    await say(
      context,
      request,
      ["Validated", "ValidateOpsRequestPassed", `OpsRequest: ${name} is validated`],
      { phase: "Creating", startTimestamp: timestamp() },
    );
  }
  if (request.status?.phase === "Creating") {
    let owner: Instance | undefined;
    try {
      owner = await operation.act(context, request, cluster);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await fail(context, request, error.message);
      return undefined;
    }
    const [condition, reason, message] = operation.begun;
    if (owner) await tie(context, request, owner);
    await say(context, request, [condition, reason, `${message}${target}`], { phase: "Running" });
    // The cluster as it was read is not yet what was asked of it.
    return { requeueAfterMs: context.pace(LOOK_AGAIN_MS) };
  }
  const looked = await operation.look(context, request, cluster);
  if (looked.phase === "Failed") await fail(context, request, looked.message);
  else if (looked.phase === "Running") {
    await report(context, request, looked.progress ? { progress: looked.progress } : {});
    return { requeueAfterMs: context.pace(LOOK_AGAIN_MS) };
  } else {
    const done = `Successfully processed the OpsRequest: ${name} in Cluster: ${target}`;
    const status = { ...looked, completionTimestamp: timestamp() };
    await say(context, request, ["Succeed", "OpsRequestProcessedSuccessfully", done], status);
  }
  return undefined;
}

/** Why an operation cannot begin: a condition's reason, and a sentence. */
function unfit(type: string, target: string, cluster: Instance | undefined): [string, string] | undefined {
  if (!cluster) return ["ClusterNotFound", `Cluster.apps.kubeblocks.io "${target}" not found`];
  const phase = text(cluster.status?.phase);
  if (UP.includes(phase)) return undefined;
  const message = `OpsRequest.spec.type=${type} is forbidden when Cluster.status.phase=${phase}`;
  return ["ClusterPhaseMismatch", message];
}

/** Ties a request to its cluster, with which it goes. */
async function tie(context: OperatorContext, request: Instance, cluster: Instance): Promise<void> {
  const { name, namespace, uid } = request.metadata;
  const labels = {
    [INSTANCE]: cluster.metadata.name,
    "ops.kubeblocks.io/ops-type": text(request.spec?.type),
  };
  const ownerReferences = ownedBy({ ...cluster, ...CLUSTER });
  const patch = { metadata: { uid, labels, ownerReferences } };
  const written = await context.cluster.patch({ ...TYPE, name, namespace }, patch, { type: "merge" });
  request.metadata = written.metadata;
}

/** Requests that succeeded go after the time they give themselves. */
async function expire(context: OperatorContext, request: Instance) {
  const { ttlSecondsAfterSucceed: seconds } = (request.spec ?? {}) as { ttlSecondsAfterSucceed?: number };
  if (!seconds) return undefined;
  const left = Date.parse(text(request.status?.completionTimestamp)) + seconds * 1000 - Date.now();
  if (left > 0) return { requeueAfterMs: Math.min(left, HOUR_MS) };
  const { name, namespace } = request.metadata;
  await remove(context, { ...TYPE, name, namespace });
  return undefined;
}

function say(
  context: OperatorContext,
  request: Instance,
  [type, reason, message]: [string, string, string],
  status: Record<string, unknown>,
  good = true,
): Promise<void> {
  const conditions = withCondition(request.status?.conditions as Condition[] | undefined, {
    ...{ type, reason, message },
    status: good ? "True" : "False",
  });
  const progress = text(request.status?.progress, "-/-");
  return report(context, request, { progress, ...status, conditions });
}

const invalid = (context: OperatorContext, request: Instance, reason: string, message: string) =>
  say(
    context,
    request,
    ["Validated", reason, message],
    { phase: "Failed", completionTimestamp: timestamp() },
    false,
  );

const fail = (context: OperatorContext, request: Instance, message: string) =>
  say(
    context,
    request,
    ["Failed", "OpsRequestFailed", message],
    { phase: "Failed", completionTimestamp: timestamp() },
    false,
  );
