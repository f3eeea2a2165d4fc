import type { Cluster } from "../cluster/index.ts";
import { keepDeparted } from "../install/timeline/departed.ts";
import { isStoppedByBudget } from "../model/budget-stop.ts";
import { fieldManagerOf } from "../model/door.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, type Desktop } from "../model/resources.ts";
import { refuseOverBudget } from "./budgets.ts";
import type { Hub } from "./hub.ts";
import { adoptSecrets, createWithSecrets } from "./instance-secrets.ts";
import { SpokenProblem } from "./messages.ts";
import { isApiError, knownProblem } from "./problems.ts";

/** Creates or replaces an instance as the member; `dryRun` only asks the cluster whether it would take it. */
export async function writeInstance(
  hub: Hub,
  who: { uid: string; namespace: string },
  kind: InstanceKind,
  given: Record<string, unknown>,
  how: { dryRun: boolean; replace?: string },
): Promise<KubernetesObject> {
  const member = hub.members.clusterOf(who.uid, who.namespace);
  const object = checkedInstance(kind, given, who.namespace, how.replace);
  // What exists may be changed, unless the budget has stopped it.
  if (await wouldStart(member, object, how.replace)) refuseOverBudget(hub, who.namespace);
  const options = { dryRun: how.dryRun, fieldValidation: "Strict" } as const;
  let written: KubernetesObject;
  try {
    if (how.replace) return await member.replace(object, options);
    if (how.dryRun) return await member.create(object, options);
    written = await createWithSecrets(member, kind, object);
  } catch (error) {
    throw withFormFields(error, kind);
  }
  await tieSecrets(hub, member, kind, written);
  return written;
}

/** Whether writing an instance might have something begin to run: a new one, or one that a budget has stopped. */
async function wouldStart(
  member: Cluster,
  object: KubernetesObject,
  replaced: string | undefined,
): Promise<boolean> {
  if (replaced === undefined) return true;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = "" } = metadata;
  const live = await member.find<KubernetesObject>({ apiVersion, kind, name, namespace });
  return live !== undefined && isStoppedByBudget(live);
}

/** Deletes an instance as the member; the Secrets that were made with it go with it. */
export async function deleteInstance(
  hub: Hub,
  who: { uid: string; namespace: string },
  kind: InstanceKind,
  name: string,
): Promise<void> {
  const member = hub.members.clusterOf(who.uid, who.namespace);
  const ref = { apiVersion: kind.apiVersion, kind: kind.kind, name, namespace: who.namespace };
  const instance = await member.get<KubernetesObject>(ref);
  if (kind.secrets?.length) await tieSecrets(hub, member, kind, instance);
  await member.delete(ref);
  await keepDeletion(hub, member, instance, fieldManagerOf("page", who.uid));
}

/** A deletion leaves nothing that tells who it was. What cannot be kept stops nothing. */
async function keepDeletion(
  hub: Hub,
  member: Cluster,
  instance: KubernetesObject,
  by: string,
): Promise<void> {
  const { apiVersion, kind, metadata } = instance;
  const { name, namespace = "", uid = "" } = metadata;
  try {
    await keepDeparted(member, namespace, uid, {
      name,
      object: { apiVersion, kind, name },
      history: [{ at: new Date().toISOString(), event: "Deleted", by }],
    });
  } catch (error) {
    hub.log.warn({ instance: name, err: error }, "who deleted an instance was not kept");
  }
}

/** The instance is there whatever comes of this: what fails now is done again before it is deleted. */
async function tieSecrets(
  hub: Hub,
  member: Cluster,
  kind: InstanceKind,
  instance: KubernetesObject,
): Promise<void> {
  try {
    await adoptSecrets(member, kind, instance);
  } catch (error) {
    hub.log.warn(
      { instance: instance.metadata.name, err: error },
      "its Secrets are not tied to an instance yet",
    );
  }
}

/** Of this kind, in this namespace, under this name: the address decides, not the body. */
function checkedInstance(
  kind: InstanceKind,
  given: Record<string, unknown>,
  namespace: string,
  name: string | undefined,
): KubernetesObject {
  const { apiVersion, kind: givenKind, metadata } = given;
  if (apiVersion !== kind.apiVersion || givenKind !== kind.kind)
    throw new SpokenProblem("object-mismatch", {
      given: `${String(givenKind)} (${String(apiVersion)})`,
      wanted: `${kind.kind} (${kind.apiVersion})`,
    });
  const meta = typeof metadata === "object" && metadata !== null ? { ...metadata } : {};
  if ("namespace" in meta && meta.namespace !== undefined && meta.namespace !== namespace)
    throw new SpokenProblem("object-mismatch", {
      given: `namespace ${String(meta.namespace)}`,
      wanted: `namespace ${namespace}`,
    });
  const own = "name" in meta && typeof meta.name === "string" ? meta.name : "";
  if (name !== undefined && own !== name)
    throw new SpokenProblem("object-mismatch", { given: `name ${own || "missing"}`, wanted: `name ${name}` });
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => key !== "status"));
  return {
    ...rest,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { ...meta, name: own, namespace },
  };
}

/** Points the API server's complaints at the form's fields, by each leaf's `x-path`. */
function withFormFields(error: unknown, kind: InstanceKind): unknown {
  if (!isApiError(error)) return error;
  const problem = knownProblem(error);
  if (problem.fields.length === 0) return error;
  const leaves = formLeaves(kind.form);
  const fields = problem.fields.map(({ field, message }) => {
    const path = field.replace(/\[(\d+)\]/g, "").replace(/^\.+/, "");
    const leaf = leaves
      .filter(({ path: own }) => path === own || path.startsWith(`${own}.`) || path.startsWith(`${own}[`))
      .sort((a, b) => b.path.length - a.path.length)[0];
    return { field: leaf?.name ?? path, message };
  });
  const { sentence } = problem as SpokenProblem;
  return sentence
    ? new SpokenProblem(sentence, problem.params, { fields, cause: error })
    : new ProblemError(problem.code, problem.message, { params: problem.params, fields, cause: error });
}

/** Names (dotted through nested objects) and object paths of a form's leaves. */
function formLeaves(form: Record<string, unknown>, prefix = ""): { name: string; path: string }[] {
  const properties = form.properties;
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties as Record<string, Record<string, unknown>>).flatMap(([key, schema]) => {
    const name = prefix ? `${prefix}.${key}` : key;
    const path = schema["x-path"];
    return [...(typeof path === "string" ? [{ name, path }] : []), ...formLeaves(schema, name)];
  });
}

/** Merges into `Desktop.spec` (RFC 7386) as the member; made when it is the first change. */
export async function patchDesktop(member: Cluster, namespace: string, spec: object): Promise<Desktop> {
  const ref = { apiVersion: API_VERSION, kind: "Desktop", name: "default", namespace };
  for (let attempt = 0; ; attempt++) {
    try {
      if (await member.find<Desktop>(ref))
        return await member.patch<Desktop>(ref, { spec }, { type: "merge" });
      return await member.create<Desktop>({
        apiVersion: API_VERSION,
        kind: "Desktop",
        metadata: { name: "default", namespace },
        spec: withoutNulls(spec) as Desktop["spec"],
      });
    } catch (error) {
      // Made or deleted by another tab between the two calls: once more.
      const code = knownProblem(error).code;
      if (attempt >= 3 || (code !== "already-exists" && code !== "not-found")) throw error;
    }
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}
