import type { ActionGroup } from "./action-groups.ts";
import type { Reason } from "./reasons.ts";
import type { ActionPhase, InputDeclaration, InstallationPhase, Mode, Requirement } from "./resources.ts";
import type { InstancePhase } from "./stream.ts";

/** What a cluster image says once it has been read: `app.yaml`, manifests, actions, READMEs, icon. */
export interface ImageContent {
  mode: Mode;
  name: string;
  version: string;
  title: string;
  description: string;
  author?: string;
  url?: string;
  gitRepo?: string;
  licence?: string;
  categories: string[];
  keywords: string[];
  i18n: Record<string, { title?: string; description?: string; permissions?: string[] }>;
  /** Drawn once per installation; the value is text with `${{ }}`. */
  defaults: Record<string, { type: "string" | "number" | "boolean"; value: string }>;
  inputs: InputDeclaration[];
  requires: Requirement[];
  permissions: string[];
  /** Which sentences the permissions are, where the reader worded them. */
  permissionReasons?: Reason[];
  /** What of it is counted beside pods, volumes and load balancers. */
  metering: MeterDeclaration[];
  provider?: ProviderDeclaration;
  actions: Action[];
  /** Manifest files as text, in the order of their paths. Each may hold several YAML documents. */
  manifests: SourceFile[];
  /** A Helm chart, rendered to manifests by the real Helm. */
  chart?: ChartContent;
  /** What an image does that has neither manifests nor a chart: its ENTRYPOINT and CMD. */
  command?: ImageCommand;
  /** What commands run with; absent where none of the image's needs a container. */
  workspace?: Workspace;
  /** Markdown by locale: `en`, `zh`. */
  readmes: Record<string, string>;
  icon?: { mediaType: string; data: Uint8Array };
  /** Container images that the manifests name, as written. */
  containerImages: string[];
  /** What the reader mended or ignored. */
  warnings: string[];
}

/** One of `spec.metering` of `app.yaml`: exactly one of `field`, `count` and `endpoint` says what is counted. */
export interface MeterDeclaration {
  name: string;
  title: string;
  i18n?: Record<string, { title?: string }>;
  /** What one of it is called; of bytes and their multiples (GiB, MB) one is so many bytes. */
  unit: string;
  /** A number or quantity of each of the app's objects of the kind, times time. */
  field?: { apiVersion: string; kind: string; path: string };
  /** How many of the kind the app has, times time. */
  count?: { apiVersion: string; kind: string };
  /** A number that a Service of the app tells, times time; a counter's: what it rises by. */
  endpoint?: { service: string; port: number | string; path: string; value?: string; counter: boolean };
}

/** `chart/` of an image, with its subcharts in `chart/charts/`. */
export interface ChartContent {
  name: string;
  version: string;
  /** Every file below `chart/`, by its path there. */
  files: ReadonlyMap<string, Uint8Array>;
  /** `spec.chart.values` of `app.yaml`: the values, whose texts may hold expressions. */
  values?: Record<string, unknown>;
  /** Where an input goes within the values, as a dotted path: `x-value`, else the input's own name. */
  inputs: Record<string, string>;
  /** What the chart's values.yaml has. */
  defaults: Record<string, unknown>;
  /** What the chart's values.schema.json says. */
  schema?: Record<string, unknown>;
}

/** ENTRYPOINT and CMD of an image. */
export interface ImageCommand {
  /** Shell commands in order, as the image has them. */
  lines: string[];
  /** The first that only a shell can carry out. Absent: the image's `manifests` are what the commands apply. */
  foreign?: { file: string; line: number; text: string };
}

/** Where an image's commands run. */
export interface Workspace {
  /** Bytes of all files together. */
  bytes: number;
  /** The image's files by path; absent when they are more than a cluster takes. */
  files?: ReadonlyMap<string, Uint8Array>;
  /** The image's ENV. */
  env: Record<string, string>;
  /** The folder of the image where commands begin; empty for its root. */
  folder: string;
}

export interface SourceFile {
  path: string;
  text: string;
  /** Line of the source file at which `text` begins, 1-based, for messages. */
  line: number;
}

/** `actions.sealos.io/v1 Action` */
export interface Action {
  name: string;
  title?: string;
  description?: string;
  i18n?: Record<string, { title?: string; description?: string }>;
  group?: ActionGroup;
  phase?: ActionPhase;
  /** For a provider: the kind of instance it acts on. */
  target?: { apiVersion: string; kind: string };
  inputs: InputDeclaration[];
  /** What has to hold before anything is changed, in this order. */
  checks?: ActionCheck[];
  timeoutSeconds?: number;
  /** Carried out in this order. */
  patch?: ActionPatch[];
  /** For a provider: objects to make beside the instance, before anything is patched. Those after the first belong to it and go with it. */
  create?: ActionObject[];
  apply?: string[];
  delete?: string[];
  cmd?: string[];
  /** For a provider: the container image that `cmd` runs in, as text with `${{ }}`, instead of the cluster's runner. Patches follow it. */
  image?: string;
  /** Environment of `cmd` in that image; values, names and keys are texts with `${{ }}`. */
  env?: Record<string, ActionVariable>;
}

/**
 * A variable's value, or where in the workspace's Secrets it is read when the container starts. One without a name is left
 * out; one that is `shown`, such as a user's name, is not hidden in the output.
 */
export type ActionVariable = { value: string } | { secret: { name: string; key: string; shown?: boolean } };

/** A condition on inputs and on the instance as it is, and what people are told where it does not hold. */
export interface ActionCheck {
  /** An expression over `inputs`, `object` (the instance) and `INSTANCE` (its name). */
  that: string;
  /** Text with `${{ }}`. */
  message: string;
  i18n?: Record<string, { message?: string }>;
  /** The input that the message is about. */
  input?: string;
}

export interface ActionPatch {
  /** One object by its name, or, for a provider, all that carry the labels. By default the instance itself. */
  target: { apiVersion: string; kind: string; name?: string; selector?: Record<string, string> };
  type: "merge" | "json" | "strategic";
  patch: string;
}

/** An object to make, as text with `${{ }}`. */
export interface ActionObject {
  apiVersion: string;
  kind: string;
  text: string;
  /** One that is there already does as well. */
  keep?: boolean;
  /** What it begins as: a part of another object of the workspace, such as a CronJob's template. Never of a Secret. */
  from?: ActionSource;
  /** A Job: the run lasts until it has ended, shows its log and fails with it. */
  follow?: boolean;
  /** What an operator makes because of it and is paid for, told before it is run. */
  makes?: ExpectedObject;
}

/** An object that an operator will make: `name` is text with `${{ }}`, `like` an expression that gives the object. */
export interface ExpectedObject {
  apiVersion: string;
  kind: string;
  name: string;
  like: string;
}

/** A part of an object, by the object's name (text with `${{ }}`) and the part's dotted path. */
export interface ActionSource {
  apiVersion: string;
  kind: string;
  name: string;
  path: string;
}

/** `spec.provider` of `app.yaml`: a provider has no code of its own. */
export interface ProviderDeclaration {
  operator: {
    namespace: string;
    /** Paths within the image, applied in dependency order; default: all of `manifests/`. */
    manifests?: string[];
    /** Objects that must be healthy before the operator counts as ready; default: all workloads and CRDs. */
    readyWhen?: { apiVersion: string; kind: string; name: string; namespace?: string }[];
  };
  instances: InstanceKind[];
}

export interface InstanceKind {
  apiVersion: string;
  kind: string;
  plural: string;
  title: string;
  description?: string;
  i18n?: Record<string, { title?: string; description?: string }>;
  /**
   * JSON Schema (2020-12) of the create and edit form. Each leaf says with `x-path` (dotted, e.g. `spec.volume.size`;
   * keys with dots are quoted: `metadata.labels["a.b/c"]`) which field of the object it shows, so that form and YAML
   * stay in step in both directions. `x-ui` holds hints (`widget`, `advanced`, `unit`), `x-i18n` the texts by locale.
   * A top-level `name` property with `x-path: metadata.name` is always there.
   */
  form: Record<string, unknown>;
  /** The manifest, as YAML, that the form starts from; expressions may use `name` and `namespace`. */
  template: string;
  /**
   * Secrets that an instance needs beside it, made with the instance when they are absent, and gone with it. Names,
   * keys and values are expression texts over `name`, `namespace` and `object`; a value may be drawn at random instead,
   * with so many characters. A Secret whose name comes out empty is not wanted.
   */
  secrets?: { name: string; data: Record<string, { value: string } | { random: number }> }[];
  columns: {
    title: string;
    path: string;
    type?: "string" | "number" | "quantity" | "date";
    i18n?: Record<string, { title?: string }>;
  }[];
  status: {
    /** Where the operator reports; absent for operators that report nothing. */
    phase?: { path: string; values: Record<string, InstancePhase> };
    /** The first condition rule that holds, where no phase is reported or the reported one says Running. */
    conditions?: { type: string; status: string; phase: InstancePhase }[];
    /** For operators that report no phase: the instance runs once this field has a value. */
    present?: { path: string };
    message?: { path: string };
    /** Count of members wanted. */
    desired?: { path: string };
    /** "required": Running also needs the workloads ready. "fallback": used when nothing is reported. */
    workloads: "required" | "fallback" | "ignored";
  };
  connection?: {
    /** Each field's value is an expression text over `name`, `namespace`, `object` and earlier fields, or a Secret's key. */
    fields: {
      name: string;
      label: string;
      value?: string;
      /** `name` and `key` are expression texts. */
      secret?: { name: string; key: string };
      hidden?: boolean;
      /** The value is a file of many lines: this is its name when it is saved, an expression text too. */
      file?: string;
      i18n?: Record<string, { label?: string }>;
    }[];
    uris: { name: string; value: string }[];
  };
  /** What an instance asks of the cluster, known before its operator has made anything; absent where nobody can tell. */
  requests?: InstanceRequests;
  /**
   * How to find its workloads and pods: labels (values are expression texts), and kinds to read readiness from. Pods and
   * volumes with labels that are `beside` are counted as its own and not shown among them, such as those of backups.
   */
  workloads: {
    selector: Record<string, string>;
    kinds: ("StatefulSet" | "Deployment")[];
    beside?: Record<string, string>[];
  };
  /** The instance to whose use its own is counted, such as a backup's database: its name is at `path`. */
  partOf?: { apiVersion: string; kind: string; path: string };
  /** What it is made of instead of pods, such as machines; found by the labels of `workloads`. */
  members?: MemberKind;
  /** How many a workspace may have, where its quota says nothing else; absent: as many as its quota has room for. */
  limit?: number;
  /**
   * The image's actions that stop an instance, its data kept, and start it again; absent: it cannot be stopped. Their
   * conditions tell whether it runs: the one that may be carried out is what it is not.
   */
  stop?: string;
  start?: string;
  /** Backups that Jobs of a CronJob make; listed with the instance. */
  backups?: BackupsDeclaration;
}

/** How an instance is backed up by a CronJob: `cronJob` is its name, an expression text over `name`, `namespace` and `object`. */
export interface BackupsDeclaration {
  cronJob: string;
  /** Where they go, what they hold, and how they are restored. */
  description?: string;
  i18n?: Record<string, { description?: string }>;
  /** Actions that make one now, and that set the schedule. */
  actions?: { now?: string; schedule?: string };
}

/** What an instance's pods, volumes and load balancers will be. All texts but defaults are expressions over `object`. */
export interface InstanceRequests {
  groups: RequestGroup[];
  /** How many load balancers there are. */
  loadBalancers?: string;
}

/** Containers that are alike, and the volume that goes with each. */
export interface RequestGroup {
  /** A list: the group is there once for each of its items, which the other expressions see as `item`. */
  each?: string;
  /** How many there are. */
  replicas: string;
  /** Of one, as quantities. CPU and memory that are not declared are what the workspace gives containers that ask for none. */
  cpu?: string;
  memory?: string;
  storage?: string;
  /** How many volumes there are, where volumes stay without a pod; otherwise as many as `replicas`. */
  volumes?: string;
  /** What the operator takes where an expression gives nothing. */
  default?: { cpu?: string; memory?: string; storage?: string };
}

/** A kind that people see and do not write: its objects are the operator's. */
export interface MemberKind {
  apiVersion: string;
  kind: string;
  plural: string;
  /** Of all of them: Machines. */
  title: string;
  i18n?: Record<string, { title?: string }>;
  phase: { path: string; values: Record<string, InstancePhase> };
  columns: InstanceKind["columns"];
}

/** What the desktop and the Hub call an installation's state. */
export type LaunchState = InstallationPhase | "NotInstalled" | "UpdateAvailable";
