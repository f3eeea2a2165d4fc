import { Checker, type Validate } from "./checks.ts";
import { ingress, networkPolicy, service } from "./network-validation.ts";
import { claim, configMap, quota, secret } from "./object-validation.ts";
import { binding, rules } from "./role-validation.ts";
import type { FieldError, JsonObject, Schema } from "./types.ts";
import {
  autoscaler,
  cronJob,
  daemonSet,
  deployment,
  disruptionBudget,
  job,
  pod,
  replicaSet,
  statefulSet,
} from "./workload-validation.ts";

/** By the OpenAPI name of the kind. Kinds that are not here are checked by their schema alone. */
const VALIDATORS: Record<string, Validate> = {
  "io.k8s.api.apps.v1.Deployment": deployment,
  "io.k8s.api.apps.v1.StatefulSet": statefulSet,
  "io.k8s.api.apps.v1.DaemonSet": daemonSet,
  "io.k8s.api.apps.v1.ReplicaSet": replicaSet,
  "io.k8s.api.batch.v1.Job": job,
  "io.k8s.api.batch.v1.CronJob": cronJob,
  "io.k8s.api.core.v1.Pod": pod,
  "io.k8s.api.core.v1.Service": service,
  "io.k8s.api.core.v1.ConfigMap": configMap,
  "io.k8s.api.core.v1.Secret": secret,
  "io.k8s.api.core.v1.PersistentVolumeClaim": claim,
  "io.k8s.api.core.v1.ResourceQuota": quota,
  "io.k8s.api.networking.v1.Ingress": ingress,
  "io.k8s.api.networking.v1.NetworkPolicy": networkPolicy,
  "io.k8s.api.policy.v1.PodDisruptionBudget": disruptionBudget,
  "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler": autoscaler,
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": autoscaler,
  "io.k8s.api.rbac.v1.Role": rules(true),
  "io.k8s.api.rbac.v1.ClusterRole": rules(false),
  "io.k8s.api.rbac.v1.RoleBinding": binding(true),
  "io.k8s.api.rbac.v1.ClusterRoleBinding": binding(false),
};

/** What the API server's validation refuses in a decoded and defaulted built-in object. */
export function builtinErrors(schema: Schema, body: JsonObject, old?: JsonObject): FieldError[] {
  const check = new Checker();
  if (schema.name !== undefined) VALIDATORS[schema.name]?.(body, check, old);
  return check.errors;
}
