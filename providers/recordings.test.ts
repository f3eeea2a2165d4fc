import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ApiError, Cluster } from "../lib/cluster/index.ts";
import { connectionView } from "../lib/hub/connection.ts";
import { expand, expandAll } from "../lib/images/expand.ts";
import { readFolder, readImage } from "../lib/images/index.ts";
import { instanceView } from "../lib/install/instance-view.ts";
import { selects } from "../lib/install/paths.ts";
import type { InstanceKind } from "../lib/model/image.ts";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import type { InstancePhase } from "../lib/model/stream.ts";

/** One child as `sandbox/operators/recordings/*.json` describe it. */
interface Recorded {
  kind: string;
  name: string;
  labels: Record<string, string>;
  owners?: string[];
  replicas?: number;
  podLabels?: Record<string, string>;
  ports?: { port: number }[];
  keys?: string[];
}

interface Recording {
  provider: string;
  kind: string;
  file: string;
  name: string;
  /** What the recorded instance asked for beyond the provider's template. */
  set?: (spec: Record<string, unknown>) => void;
  /** The object's status, with all its members up, and what a page must call it. */
  reported: { status?: object; ready: number; phase: InstancePhase }[];
}

const RECORDINGS: Recording[] = [
  {
    provider: "postgres",
    kind: "postgresql",
    file: "zalando-postgresql",
    name: "acid-shop",
    set: (spec) => {
      spec.numberOfInstances = 2;
    },
    reported: [
      { ready: 0, phase: "Creating" },
      { status: { PostgresClusterStatus: "Creating" }, ready: 1, phase: "Creating" },
      { status: { PostgresClusterStatus: "Running" }, ready: 2, phase: "Running" },
      // The operator goes on saying Running when a member is lost.
      { status: { PostgresClusterStatus: "Running" }, ready: 1, phase: "Updating" },
      { status: { PostgresClusterStatus: "Updating" }, ready: 2, phase: "Updating" },
      { status: { PostgresClusterStatus: "UpdateFailed" }, ready: 2, phase: "Failed" },
      { status: { PostgresClusterStatus: "SyncFailed" }, ready: 2, phase: "Failed" },
      { status: { PostgresClusterStatus: "CreateFailed" }, ready: 0, phase: "Failed" },
      { status: { PostgresClusterStatus: "Invalid" }, ready: 0, phase: "Failed" },
    ],
  },
  {
    provider: "redis",
    kind: "Redis",
    file: "ot-redis",
    name: "cache",
    reported: [
      { ready: 0, phase: "Creating" },
      { ready: 1, phase: "Running" },
    ],
  },
  {
    provider: "redis",
    kind: "RedisReplication",
    file: "ot-redisreplication",
    name: "cache",
    set: (spec) => {
      delete (spec.kubernetesConfig as { redisSecret?: object }).redisSecret;
    },
    reported: [
      { ready: 0, phase: "Creating" },
      { ready: 2, phase: "Updating" },
      { status: { masterNode: "cache-0" }, ready: 3, phase: "Running" },
    ],
  },
];

const NAMESPACE = "ns-a";

async function kindOf(provider: string, kind: string): Promise<InstanceKind> {
  const content = readImage(await readFolder(fileURLToPath(new URL(provider, import.meta.url))));
  const found = content.provider?.instances.find((each) => each.kind === kind);
  if (!found) throw new Error(`${provider} declares no ${kind}`);
  return found;
}

function childrenOf(file: string): Recorded[] {
  const path = new URL(`../sandbox/operators/recordings/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { children: Recorded[] }).children;
}

/** The recorded child as the API server lists it, with so many of its members ready. */
function objectOf(child: Recorded, ready: number): KubernetesObject {
  return {
    apiVersion: child.kind === "StatefulSet" ? "apps/v1" : "v1",
    kind: child.kind,
    metadata: { name: child.name, namespace: NAMESPACE, labels: child.labels },
    ...(child.kind === "StatefulSet" && {
      spec: { replicas: child.replicas },
      status: { readyReplicas: ready },
    }),
    ...(child.keys && {
      data: Object.fromEntries(
        child.keys.map((key) => [key, Buffer.from(`${child.name}/${key}`).toString("base64")]),
      ),
    }),
  };
}

/** A cluster that holds the recorded children and answers to nothing but being asked for one of them. */
function clusterOf(children: Recorded[]): Cluster {
  const cluster = Cluster.at("http://127.0.0.1:9");
  cluster.get = async <T>({ kind, name }: { kind: string; name: string }) => {
    const child = children.find((each) => each.kind === kind && each.name === name);
    if (!child) throw new ApiError(404, `there is no ${kind} ${name}`, { reason: "NotFound" });
    return objectOf(child, 0) as T;
  };
  return cluster;
}

describe.each(RECORDINGS)("$kind, as its operator was recorded", (recording) => {
  const children = childrenOf(recording.file);
  const named = (kind: string) => children.filter((child) => child.kind === kind);

  async function instance(): Promise<{ kind: InstanceKind; object: KubernetesObject }> {
    const kind = await kindOf(recording.provider, recording.kind);
    const text = await expand(kind.template, { name: recording.name, namespace: NAMESPACE });
    const object = parse(text) as KubernetesObject;
    recording.set?.(object.spec as Record<string, unknown>);
    return { kind, object };
  }

  it("has its workloads and pods, and nothing else's, found by labels", async () => {
    const { kind, object } = await instance();
    const selector = await expandAll(kind.workloads.selector, {
      name: recording.name,
      namespace: NAMESPACE,
      object,
    });
    const found = (type: string) =>
      named(type)
        .filter(({ labels }) => selects(selector, labels))
        .map(({ name }) => name);
    expect(found("Pod")).toEqual(named("Pod").map(({ name }) => name));
    expect(found("Pod").length).toBeGreaterThan(0);
    for (const type of kind.workloads.kinds)
      expect(found(type), type).toEqual(named(type).map(({ name }) => name));
    for (const { podLabels } of named("StatefulSet")) expect(selects(selector, podLabels)).toBe(true);
    const neighbour = await expandAll(kind.workloads.selector, {
      name: "other",
      namespace: NAMESPACE,
      object,
    });
    expect(children.filter(({ labels }) => selects(neighbour, labels))).toEqual([]);
  });

  it("is called by the phase that its operator and its workloads show", async () => {
    const { kind, object } = await instance();
    const pods = named("Pod").map((child) => objectOf(child, 0));
    for (const { status, ready, phase } of recording.reported) {
      const workloads = named("StatefulSet").map((child) => objectOf(child, ready));
      const view = instanceView("p", kind, { ...object, ...(status && { status }) }, { workloads, pods });
      expect(view, JSON.stringify({ status, ready })).toMatchObject({ phase, ready });
      expect(view.desired).toBe(named("StatefulSet")[0]?.replicas);
    }
    const nothing = instanceView("p", kind, object, { workloads: [], pods: [] });
    expect(nothing.phase).toBe("Pending");
    const metadata = { ...object.metadata, deletionTimestamp: "2026-11-22T00:00:00Z" };
    const going = instanceView("p", kind, { ...object, metadata }, { workloads: [], pods });
    expect(going.phase).toBe("Deleting");
  });

  it("says which pod keeps it from running", async () => {
    const { kind, object } = await instance();
    const workloads = named("StatefulSet").map((child) => objectOf(child, 0));
    const pods = named("Pod").map((child) => objectOf(child, 0));
    const waiting = { reason: "ImagePullBackOff", message: "manifest unknown" };
    Object.assign(pods[0] ?? {}, { status: { containerStatuses: [{ name: "db", state: { waiting } }] } });
    const view = instanceView("p", kind, object, { workloads, pods });
    expect(view.phase).toBe("Failed");
    expect(view.message).toContain(pods[0]?.metadata.name);
    expect(view.message).toContain("manifest unknown");
  });

  it("can be connected to by recorded Services and Secrets", async () => {
    const { kind, object } = await instance();
    const { fields, uris } = await connectionView(clusterOf(children), kind, object, "en");
    const value = (name: string) => fields.find((field) => field.name === name)?.value;
    const services = named("Service");
    for (const field of ["host", "replicas"].filter((name) => value(name) !== undefined)) {
      const host = value(field) ?? "";
      const service = services.find(({ name }) => host === `${name}.${NAMESPACE}.svc`);
      expect(service, `${host} is no recorded Service`).toBeDefined();
      expect(service?.ports?.map(({ port }) => String(port))).toContain(value("port"));
    }
    for (const field of kind.connection?.fields ?? []) {
      if (!field.secret) continue;
      const secret = await expand(field.secret.name, { name: recording.name, namespace: NAMESPACE, object });
      const key = secret && (await expand(field.secret.key, { name: recording.name, object }));
      const recorded = named("Secret").find(({ name }) => name === secret);
      expect(value(field.name)).toBe(secret === "" ? undefined : `${recorded?.name}/${key}`);
    }
    const complete = kind.connection?.fields.every(({ name }) => value(name) !== undefined);
    if (complete) expect(uris.length).toBe(kind.connection?.uris.length);
    for (const uri of uris) expect(uri.value).not.toMatch(/\$\{\{|undefined/);
  });

  it("shows what is known of the connection while the operator has made nothing yet", async () => {
    const { kind, object } = await instance();
    const { fields } = await connectionView(clusterOf([]), kind, object, "en");
    expect(fields.map(({ name }) => name)).toEqual(
      kind.connection?.fields.filter(({ secret }) => !secret).map(({ name }) => name),
    );
  });
});

const corpus = new URL("../../shared/corpus/operators/", import.meta.url);
const absent = existsSync(corpus) ? "" : " (nothing to compare: the corpus is not beside this repository)";

it(`the recordings kept here are those of the corpus${absent}`, () => {
  if (absent) return;
  for (const { file } of RECORDINGS) {
    const there = JSON.parse(readFileSync(new URL(`${file}.json`, corpus), "utf8"));
    expect(childrenOf(file), file).toEqual(there.children);
  }
});
