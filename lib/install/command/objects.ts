import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Files, packLayer } from "../../images/index.ts";
import type { Workspace } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { ProblemError } from "../../model/problem.ts";
import { because } from "../../model/reasons.ts";
import { HUB_FOLDER, helm, kubectl, ownRunner, runner, WORK_FOLDER } from "./programs.ts";
import type { CommandScript } from "./script.ts";

/** What a ConfigMap may hold. */
const MOST_BYTES = 1024 ** 2;
/** How long a finished Job is kept, for its log. */
const KEPT_SECONDS = 86_400;

export interface CommandJob {
  /** Of the three objects; also the mark that what the command makes carries. */
  name: string;
  namespace: string;
  /** The account that it acts as. */
  account: string;
  runnerImage: string;
  seconds: number;
  /** Absent: the command runs by itself in an image of its own, without the image's files and without an account's token. */
  workspace?: Workspace;
  script: CommandScript;
  /** Variables that are read from the workspace's Secrets. */
  secrets?: Readonly<Record<string, { name: string; key: string }>>;
}

const packing = new WeakMap<Files, Promise<Buffer>>();

/** The image's files as tar.gz: the same files, the same bytes. All may be run, since images lose who may. */
function packed(files: Files): Promise<Buffer> {
  const known = packing.get(files);
  if (known) return known;
  const bytes = packLayer(files, new Set(files.keys())).then((tar) => promisify(gzip)(tar));
  packing.set(files, bytes);
  return bytes;
}

/** Ends the name of every Job that runs a command. */
export const COMMAND_JOB = /-command-[0-9a-f]{10}$/;

/** A name that follows from what a run is made of, so that the same is not run twice and another is another Job. */
export function commandName(owner: string, ...made: unknown[]): string {
  const hash = createHash("sha256").update(JSON.stringify(made)).digest("hex").slice(0, 10);
  return `${commandPrefix(owner)}${hash}`;
}

/** What the names of all Jobs begin with that run a command for the same owner. */
export function commandPrefix(owner: string): string {
  return `${owner.slice(0, 40).replaceAll(".", "-")}-command-`;
}

/**
 * What runs a command in a container: files and scripts, the values as a Secret, the Job.
 * @throws ProblemError `manifest-refused` when the files are more than a cluster takes
 */
export async function commandObjects(job: CommandJob): Promise<KubernetesObject[]> {
  const { name, namespace, workspace, script } = job;
  if (workspace && !workspace.files) throw tooLarge(workspace.bytes);
  const archive = workspace?.files && (await packed(workspace.files));
  const programs = {
    ...(workspace ? { "run.sh": runner, kubectl, helm } : { "run.sh": ownRunner }),
    "command.sh": script.script,
  };
  const bytes = Object.values(programs).reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    archive?.length ?? 0,
  );
  if (bytes > MOST_BYTES) throw tooLarge(bytes);
  const metadata = { name, namespace };
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: programs,
      ...(archive ? { binaryData: { "files.tar.gz": archive.toString("base64") } } : {}),
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      type: "Opaque",
      data: Object.fromEntries(
        Object.entries(script.env).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
      ),
    },
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: job.seconds,
        ttlSecondsAfterFinished: KEPT_SECONDS,
        template: { spec: podSpec(job) },
      },
    },
  ];
}

/** A pod of the restricted level, small enough for any quota. */
function podSpec({ name, account, runnerImage, workspace, secrets = {} }: CommandJob) {
  const own = (key: string, path: string, mode = 0o444) => ({ key, path, mode });
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 5,
    serviceAccountName: account,
    ...(workspace ? {} : { automountServiceAccountToken: false }),
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "command",
        image: runnerImage,
        command: ["bash", `${HUB_FOLDER}/run.sh`],
        env: [
          { name: "HOME", value: `${WORK_FOLDER}/home` },
          { name: "HUB_MARK", value: name },
          ...(workspace ? [{ name: "HUB_START", value: workspace.folder }] : []),
          ...Object.entries(secrets).map(([variable, secretKeyRef]) => ({
            name: variable,
            valueFrom: { secretKeyRef },
          })),
        ],
        envFrom: [{ secretRef: { name } }],
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: "hub", mountPath: HUB_FOLDER, readOnly: true },
          { name: "work", mountPath: WORK_FOLDER },
          { name: "work", mountPath: "/tmp", subPath: "tmp" },
        ],
      },
    ],
    volumes: [
      {
        name: "hub",
        configMap: {
          name,
          items: [
            own("run.sh", "run.sh"),
            own("command.sh", "command.sh"),
            ...(workspace
              ? [
                  own("files.tar.gz", "files.tar.gz"),
                  own("kubectl", "bin/kubectl", 0o555),
                  own("helm", "bin/helm", 0o555),
                ]
              : []),
          ],
        },
      },
      { name: "work", emptyDir: { sizeLimit: "256Mi" } },
    ],
  };
}

function tooLarge(bytes: number): ProblemError {
  const size = `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  const limit = `${MOST_BYTES / 1024 ** 2} MiB`;
  return new ProblemError(
    "manifest-refused",
    `The files that the image's commands run with are ${size}, and a cluster takes at most ${limit}, packed. Leave out what they do not need, or ship manifests/ or chart/.`,
    because("command-large", { size, limit }),
  );
}
