import { expandPlain } from "../images/expand.ts";
import { keptIn } from "../install/bin.ts";
import { commandPrefix } from "../install/command/objects.ts";
import { textAt } from "../install/paths.ts";
import { referenceKey, referenceOf } from "../install/references.ts";
import { appOfInstance, type Belongings, type Owner, ownerOf } from "../metering/owners.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { label } from "../model/resources.ts";
import type { World } from "./world.ts";

const WORKLOADS = [
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "batch/v1", kind: "Job" },
];
const CRON_JOB = { apiVersion: "batch/v1", kind: "CronJob" };

/** Kinds of what apps apply that has pods. */
export const OWNING: readonly { apiVersion: string; kind: string }[] = [...WORKLOADS, CRON_JOB];

/** RFC 1123: at most 253 characters. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

type Known = Pick<World, "bin" | "children" | "installations" | "instances" | "kinds" | "made" | "runs">;

/** What belongs to whom in a namespace, as far as it is known now. */
export function belongingsIn(known: Known, namespace: string): Belongings {
  const { bin, children, installations, instances, kinds, made, runs } = known;
  const applied = (type: { apiVersion: string; kind: string }) => [
    ...children.list(type, namespace),
    // What commands of images made.
    ...made.list(type, namespace),
  ];
  const recorded = new Map<string, string>();
  // What the bin keeps is still that app's, until somebody else has it.
  for (const item of bin.list(namespace)) {
    const app = item.metadata.labels?.[label.bin];
    for (const reference of app ? keptIn(item) : []) recorded.set(referenceKey(reference), app ?? "");
  }
  for (const { metadata, status } of installations.list(namespace))
    for (const reference of status?.inventory ?? []) recorded.set(referenceKey(reference), metadata.name);
  const appOfRecorded = (object: KubernetesObject) => recorded.get(referenceKey(referenceOf(object)));
  const owners = WORKLOADS.flatMap(applied).flatMap((workload) => {
    const app = appOfRecorded(workload);
    return (app && ownerOf(workload, app)) || [];
  });
  const appOfWhole = (whole: KubernetesObject) => appOfRecorded(whole) ?? appOfInstance(whole);
  for (const kind of kinds.values())
    for (const instance of instances.list(kind, namespace))
      owners.push(...ownersOfInstance(kind, instance, appOfWhole));
  const jobs = applied(CRON_JOB).flatMap((cronJob) => {
    const app = appOfRecorded(cronJob);
    return app ? [{ prefix: `${cronJob.metadata.name}-`, app }] : [];
  });
  for (const { metadata, spec } of runs.list(namespace)) {
    const { instance, installation } = spec;
    const target = instance && { ...instance, metadata: { name: instance.name, namespace } };
    const app = target ? appOfWhole(target) : installation;
    if (app) jobs.push({ prefix: commandPrefix(metadata.name), app });
  }
  return { recorded, owners, jobs };
}

/**
 * The labels by which an instance's pods and volumes are found, those that are beside it as well. What it is a part of
 * has them: a backup's are its database's.
 * @param appOfWhole the app of an instance
 */
export function ownersOfInstance(
  { workloads, partOf }: Pick<InstanceKind, "workloads" | "partOf">,
  instance: KubernetesObject,
  appOfWhole: (whole: KubernetesObject) => string,
): Owner[] {
  const { name, namespace } = instance.metadata;
  const named = partOf && textAt(instance, partOf.path);
  // Anybody writes anything there, and what is counted is kept by this name.
  const whole = named && OBJECT_NAME.test(named) ? named : undefined;
  const { apiVersion, kind } = partOf ?? instance;
  const app = appOfWhole(whole ? { apiVersion, kind, metadata: { name: whole, namespace } } : instance);
  return [workloads.selector, ...(workloads.beside ?? [])].flatMap((texts) => {
    const selector: Record<string, string> = {};
    for (const [key, text] of Object.entries(texts)) {
      const value = expandPlain(text, { name, namespace });
      if (value === undefined) return [];
      selector[key] = value;
    }
    return [{ app, selector }];
  });
}
