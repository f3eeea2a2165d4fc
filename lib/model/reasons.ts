/**
 * Every sentence that a server words for people: its code and the values in it. The sentences themselves are in
 * `components/messages/<locale>/reasons.json`; what goes over the wire carries code, values and the English sentence,
 * for kubectl, the command line, and pages that do not know a code yet.
 */
export const reasons = {
  // The rules for an application's manifests
  "reserved-account": ["kind", "name", "account"],
  "workspace-rights": ["kind", "name", "namespace"],
  "entry-no-address": ["kind", "name", "link", "field"],
  "entry-not-web": ["kind", "name", "link", "field"],
  "entry-user-name": ["kind", "name", "link", "field"],
  "entry-console": ["kind", "name", "link", "field"],
  "finalizer-dropped": ["kind", "name", "finalizer"],
  "host-missing": ["kind", "name", "field"],
  "host-wildcard": ["kind", "name", "host", "field"],
  "host-invalid": ["kind", "name", "host", "field"],
  "host-console": ["kind", "name", "host", "field"],
  "host-taken": ["kind", "name", "host", "field"],
  "reserved-label": ["kind", "name", "label"],
  "reserved-kind": ["kind", "name"],
  "reserved-name": ["kind", "name"],
  "cluster-scoped": ["kind", "name"],
  "foreign-namespace": ["kind", "name", "namespace", "own"],
  "owner-reference": ["kind", "name"],
  "foreign-subject": ["kind", "name", "subjectKind", "subject"],
  "foreign-account": ["kind", "name", "subject", "namespace"],
  "endpoints-by-hand": ["kind", "name"],
  "foreign-service": ["kind", "name", "target", "own"],
  "external-ips": ["kind", "name"],
  "role-narrowed": ["kind", "name"],
  "role-narrowed-all": ["kind", "name"],
  "pod-host-namespace": ["kind", "name", "what", "field"],
  "pod-host-path": ["kind", "name", "volume"],
  "pod-sysctl": ["kind", "name", "parameter"],
  "pod-apparmor": ["kind", "name"],
  "pod-seccomp": ["kind", "name"],
  "pod-host-process": ["kind", "name"],
  "pod-selinux": ["kind", "name"],
  "pod-privileged": ["kind", "name", "container"],
  "pod-capability": ["kind", "name", "capability"],
  "pod-priority": ["kind", "name", "priority"],
  "pod-proc": ["kind", "name", "container"],
  "pod-host-port": ["kind", "name", "port", "container"],
  "pod-host-probe": ["kind", "name", "host", "container"],
  "role-bound": ["kind", "name", "role", "namespace"],
  "annotation-unsafe": ["kind", "name", "annotation"],
  "path-invalid": ["kind", "name", "path"],
  "snippet-dropped": ["kind", "name", "count", "lines"],
  "snippet-needless": ["kind", "name"],
  "snippet-mended": ["kind", "name", "annotations"],
  "annotation-dropped": ["kind", "name", "annotation"],
  // What reading a manifest mended
  "undeclared-value": ["kind", "name", "field", "expression"],
  "duplicate-key": ["kind", "name", "field"],
  "unknown-field": ["kind", "name", "field"],
  "duplicate-item": ["kind", "name", "field", "key"],
  "structure-as-text": ["kind", "name", "field", "text"],
  "image-mended": ["text"],
  // What comes along, and what it may do
  "brings-kind": ["what"],
  "brings-provider": [],
  "brings-shared": [],
  "right-rule": ["subject", "verbs", "resources", "scope"],
  "right-role": ["subject", "role", "scope"],
  "right-workspace": ["kind", "name"],
  "permits-everything": ["scope"],
  "permits-rule": ["verbs", "resources", "scope"],
  "permits-workspace": [],
  "permits-kinds": [],
  "permits-cluster": [],
  "permits-address": [],
  // Why the cluster or the Hub refuses
  "quota-short": ["resource", "left", "hard", "needs", "over"],
  "quota-unstated": ["resource"],
  "quota-reached": ["text"],
  "workspace-leaving": [],
  "may-not-make": ["kind", "name", "reason"],
  "role-unknown": ["kind", "name", "role"],
  "kind-unserved": ["kind", "apiVersion"],
  "object-refused": ["kind", "name", "reason"],
  "not-ours": ["kind", "name"],
  "kind-unoffered": ["what"],
  "not-trusted": ["image", "organization"],
  "namespace-taken": ["namespace"],
  "uid-taken": ["uid"],
  "workspace-failed": ["text"],
  "definition-refused": ["name", "text"],
  "instances-exist": ["names"],
  "secret-missing": ["secret"],
  // What is wrong with an image
  "image-reference": ["image"],
  "image-unpublished": ["image"],
  "image-unreadable": ["image", "text"],
  "image-broken": ["text"],
  "expression-broken": ["text"],
  "duplicate-object": ["file", "line", "kind", "name", "first"],
  "values-circle": ["circle"],
  "not-pinned": [],
  "not-a-provider": ["image"],
  "field-refused": ["file", "line", "because", "by", "given", "expression", "inputs"],
  "field-type": ["field", "wanted"],
  "field-option": ["field", "options"],
  "field-unwritten": ["field"],
  "field-name": ["field"],
  "field-label": ["field"],
  // What is wrong with inputs
  "inputs-missing": ["names"],
  "inputs-invalid": ["names"],
  "input-required": [],
  "input-unknown": ["known"],
  "input-not-text": [],
  "input-long": ["limit"],
  "input-characters": [],
  "input-number": [],
  "input-boolean": [],
  "input-option": ["options"],
  // How an installation fares
  applying: ["title"],
  ready: ["title"],
  running: ["title"],
  suspended: ["title"],
  "app-starting": ["title"],
  "provider-installing": ["title"],
  "provider-first": ["title"],
  "provider-removing": [],
  uninstalling: ["title"],
  "uninstall-refused": ["title", "names"],
  "waiting-for-operator": ["names"],
  retrying: ["reason"],
  // Why an object is not healthy
  "image-pull": ["image"],
  "config-missing": ["container", "reason"],
  "out-of-memory": ["container"],
  "out-of-memory-limit": ["container", "limit"],
  crash: ["container"],
  "crash-exit": ["container", "exitCode"],
  "crash-said": ["container", "line"],
  "crash-exit-said": ["container", "exitCode", "line"],
  "volume-failed": ["name", "reason"],
  "volume-making": ["name"],
  "pod-volumes-making": ["pod"],
  unschedulable: ["pod", "reason"],
  "volume-unmountable": ["pod", "reason"],
  "not-ready": ["pod", "reason"],
  "job-failed": ["name", "reason"],
  "pods-forbidden": ["kind", "name", "reason"],
  "pods-refused": ["kind", "name", "reason"],
  failed: ["kind", "name", "reason"],
  starting: ["kind", "name", "reason"],
  "container-crashing": ["container", "pod", "detail"],
  "container-image": ["container", "pod", "detail"],
  "container-image-name": ["container", "pod", "detail"],
  "container-config": ["container", "pod", "detail"],
  "container-start": ["container", "pod", "detail"],
  "pod-unschedulable": ["pod", "reason"],
  // The state of one object
  "health-wanted": [],
  "health-no-progress": [],
  "health-replicas-made": ["count", "total"],
  "health-replicas-old": ["count"],
  "health-replicas-available": ["count", "total"],
  "health-replicas-ready": ["count", "total"],
  "health-replicas-extra": ["count"],
  "health-replicas-updated": ["count", "total"],
  "health-unseen": [],
  "health-nodes-updated": ["count", "total"],
  "health-nodes-ready": ["count", "total"],
  "health-job-failed": [],
  "health-job-done": [],
  "health-job-suspended": [],
  "health-job-running": [],
  "health-pod-done": [],
  "health-pod-failed": [],
  "health-pod-ready": [],
  "health-pod-unready": [],
  "health-volume-bound": [],
  "health-volume-lost": [],
  "health-volume-unbound": [],
  "health-no-address": [],
  "health-kind-served": [],
  "health-kind-unserved": [],
  "health-stalled": [],
  "health-reconciling": [],
  "health-deleting": [],
  "health-change-unseen": [],
  "health-new": [],
  "health-operator-says": ["phase"],
  "health-operator-working": [],
  "health-gone": [],
} as const satisfies Record<string, readonly string[]>;

export type ReasonCode = keyof typeof reasons;
export type ReasonParams = Record<string, string | number>;

/**
 * A sentence by its code. Beside the values of the sentence, `params` may hold more, for programs; `because` names a
 * second reason, whose sentence (with the same values) stands for the value `reason`; `unit` says how amounts are read.
 */
export interface Reason {
  reason: ReasonCode;
  params: ReasonParams;
}

/** Values that a page puts in itself, from others. */
type Derived = "because";
type ParamsOf<Code extends ReasonCode> = Record<
  Exclude<(typeof reasons)[Code][number], Derived>,
  string | number
>;

/** A reason with the values that its sentence needs; more may be given. */
export function because<Code extends ReasonCode>(
  reason: Code,
  params: NoInfer<ParamsOf<Code>> & ReasonParams,
): Reason {
  return { reason, params };
}

/** Whether a code is one of ours: the other side of the wire may be newer. */
export function isReason(code: string | undefined): code is ReasonCode {
  return code !== undefined && Object.hasOwn(reasons, code);
}
