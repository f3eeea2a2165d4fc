import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, annotation, type Installation } from "../../model/resources.ts";
import { byDay, choices, everything, filtered } from "../../model/timeline.ts";
import { timelineCsv } from "../../model/timeline-csv.ts";
import { merged } from "./merge.ts";
import { departedIn, type TimelineSources } from "./sources.ts";

const spec = { "f:spec": { "f:image": {} } };
const writer = (manager: string, time: string, fieldsV1: object = spec, subresource?: string) => ({
  ...{ manager, time, operation: "Update", fieldsV1 },
  ...(subresource ? { subresource } : {}),
});

const web: Installation = {
  apiVersion: API_VERSION,
  kind: "Installation",
  metadata: {
    name: "web",
    namespace: "ns-alice",
    creationTimestamp: "2026-03-01T08:00:00Z",
    annotations: { [annotation.retry]: "2026-03-02T10:00:00.400Z" },
    managedFields: [
      writer("hub-page.alice", "2026-03-01T08:00:00Z"),
      writer("app-manager", "2026-03-02T10:00:05Z", { "f:status": {} }, "status"),
      writer("hub-page.bob", "2026-03-02T10:00:00Z", {
        "f:metadata": { "f:annotations": { [`f:${annotation.retry}`]: {} } },
      }),
      writer("kubectl-edit", "2026-03-02T11:00:00Z", {
        "f:metadata": { "f:annotations": { ".": {}, "f:note": {} } },
        "f:spec": { "f:revisionHistoryLimit": {} },
      }),
    ],
  },
  spec: { image: "labring/web:1.0.0" },
  status: {
    inventory: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web-server" }],
    history: [
      {
        at: "2026-03-01T08:00:00Z",
        event: "Installed",
        by: "hub-page.alice",
        image: "labring/web:1.0.0",
        revision: 1,
      },
      {
        at: "2026-03-01T08:01:00Z",
        event: "Failed",
        message: "no",
        reason: "image-pull",
        params: { image: "x" },
      },
    ],
  },
};
const deployment: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "web-server",
    namespace: "ns-alice",
    creationTimestamp: "2026-03-01T08:00:10Z",
    labels: { "hub.sealos.io/installation": "web" },
    managedFields: [
      writer("app-manager", "2026-03-01T08:00:10Z"),
      writer("kube-controller-manager", "2026-03-01T08:00:20Z", { "f:status": {} }, "status"),
      writer("kubectl", "2026-03-03T09:00:00Z", { "f:spec": { "f:replicas": {} } }, "scale"),
      writer("unknown", "2026-03-03T09:00:01Z", {
        "f:metadata": { "f:annotations": { "f:bound": {} } },
        "f:spec": { "f:volumeName": {} },
      }),
    ],
  },
};
const database: KubernetesObject = {
  apiVersion: "acid.zalan.do/v1",
  kind: "postgresql",
  metadata: {
    name: "shop",
    creationTimestamp: "2026-03-04T09:00:00Z",
    managedFields: [writer("hub-cli.alice", "2026-03-04T09:00:00Z")],
  },
};
const run: ActionRun = {
  apiVersion: API_VERSION,
  kind: "ActionRun",
  metadata: {
    name: "restart-1",
    creationTimestamp: "2026-03-05T09:00:00Z",
    managedFields: [
      writer("hub-page.alice", "2026-03-05T09:00:00Z", { "f:spec": { "f:action": {} } }),
      writer("hub-page.bob", "2026-03-05T09:01:00Z", { "f:spec": { "f:cancelled": {} } }),
    ],
  },
  spec: {
    instance: { apiVersion: "acid.zalan.do/v1", kind: "postgresql", name: "shop" },
    action: "restart",
    inputs: { password: "hunter22" },
  },
  status: { phase: "Succeeded", startedAt: "2026-03-05T09:00:01Z", finishedAt: "2026-03-05T09:00:04Z" },
};
const event = (kind: string, name: string, type: string, component: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: `${name}.1`, namespace: "ns-alice" },
  involvedObject: { apiVersion: kind === "Installation" ? API_VERSION : "v1", kind, name },
  type,
  reason: "BackOff",
  message: "it crashes",
  lastTimestamp: "2026-03-05T10:00:00Z",
  count: 3,
  source: { component },
});

const sources: TimelineSources = {
  installations: [web],
  departed: departedIn({
    "old.1": JSON.stringify({
      name: "old",
      image: "labring/old:1",
      history: [
        { at: "2026-02-01T00:00:00Z", event: "Installed" },
        { at: "2026-02-02T00:00:00Z", event: "Uninstalled", by: "hub-page.bob" },
        { at: "2026-02-03T00:00:00Z", event: "Something new" },
      ],
    }),
    broken: "{",
    foreign: '"text"',
    other: '{"name": "x", "history": [null, 1, {"at": "never", "event": "Installed"}]}',
    odd: '{"name": "y", "history": [{"at": "2026-01-31T00:00:00Z", "event": "Failed", "by": {}, "message": []}]}',
  }),
  revisions: [],
  runs: [run],
  events: [
    event("Pod", "web-server-5d8f-abc", "Warning", "kubelet"),
    event("Pod", "shop-0", "Normal", "kubelet"),
    event("Installation", "web", "Warning", "app-manager"),
  ],
  objects: [deployment, database],
  people: new Map([["alice", "Alice Liddell"]]),
  unread: [],
};
const line = ({ at, event, object, door, person }: ReturnType<typeof merged>["entries"][number]) =>
  [at.slice(5, 16), event, `${object.kind}/${object.name}`, door, person?.name ?? "–"].join(" ");

describe("the timeline", () => {
  test("joins all records, the newest first, each change once, with the door and the person", () => {
    expect(merged(sources, {}).entries.map(line)).toEqual([
      "03-05T10:00 reported Pod/web-server-5d8f-abc cluster –",
      "03-05T10:00 reported Pod/shop-0 cluster –",
      "03-05T09:00 action postgresql/shop page Alice Liddell",
      "03-04T09:00 created postgresql/shop cli Alice Liddell",
      "03-03T09:00 edited Deployment/web-server kubectl –",
      "03-02T11:00 edited Installation/web kubectl –",
      "03-02T10:00 retried Installation/web page bob",
      "03-01T08:01 failed Installation/web manager –",
      "03-01T08:00 installed Installation/web page Alice Liddell",
      "02-02T00:00 uninstalled Installation/old page bob",
      "02-01T00:00 installed Installation/old other –",
      "01-31T00:00 failed Installation/y manager –",
    ]);
  });

  test("tells who changed what is wanted also when they call themselves a controller", () => {
    const managedFields = [
      writer("kube-controller-manager", "2026-03-02T08:00:00Z", { "f:metadata": { "f:finalizers": {} } }),
      writer("kube-me", "2026-03-02T09:00:00Z", { "f:spec": { "f:suspended": {} } }),
    ];
    const changed = { ...web, metadata: { ...web.metadata, managedFields } };
    const { entries } = merged({ ...sources, installations: [changed] }, { installation: "web" });
    expect(entries.map(line)).toContain("03-02T09:00 edited Installation/web cluster –");
    expect(entries.map(({ program }) => program)).not.toContain("kube-controller-manager");
  });

  test("is of one installation with what it is made of, or of one instance with its actions", () => {
    const installation = merged(sources, { installation: "web" }).entries;
    expect(new Set(installation.map((entry) => entry.installation))).toEqual(new Set(["web"]));
    expect(installation).toHaveLength(6);
    const instance = { apiVersion: "acid.zalan.do/v2", kind: "postgresql", name: "shop" };
    expect(merged(sources, { instance }).entries.map(({ event: what }) => what)).toEqual([
      ...["reported", "action", "created"],
    ]);
  });

  test("tells which fields somebody changed, and nothing that an action was given", () => {
    const { entries } = merged(sources, {});
    const edited = entries.filter(({ event: what }) => what === "edited");
    expect(edited.map(({ fields }) => fields)).toEqual([["spec.replicas"], ["spec.revisionHistoryLimit"]]);
    expect(entries.find(({ action }) => action)?.action).toEqual({
      ...{ name: "restart", phase: "Succeeded", seconds: 3 },
    });
    expect(JSON.stringify(entries)).not.toContain("hunter22");
  });

  test("knows an installation from before its record was kept by its revisions", () => {
    const { status: _, ...bare } = web;
    const revisions = [1, 2].map((revision) => ({
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name: `web-${revision}`,
        creationTimestamp: `2026-01-0${revision}T00:00:00Z`,
        labels: { "hub.sealos.io/installation": "web" },
      },
      revision,
      data: { image: `labring/web:${revision}`, digest: "", inputs: {}, inputsFrom: [], values: "" },
    }));
    const old = { ...bare, metadata: { ...bare.metadata, managedFields: [] } };
    const { entries } = merged({ ...sources, installations: [old], revisions }, { installation: "web" });
    expect(
      entries.filter(({ kind }) => kind === "change").map(({ event: what, image }) => [what, image]),
    ).toEqual([
      ...[["edited", undefined]],
      ...[["changed", "labring/web:2"]],
      ...[["installed", "labring/web:1"]],
    ]);
  });

  test("is filtered by kind, door and person, and offers only what is there", () => {
    const { entries } = merged(sources, {});
    expect(choices(entries)).toEqual({
      doors: ["page", "cli", "kubectl", "manager", "cluster", "other"],
      people: [
        { uid: "alice", name: "Alice Liddell" },
        { uid: "bob", name: "bob" },
      ],
    });
    expect(filtered(entries, { kinds: ["change"], door: "page", person: "alice" }).map(line)).toEqual([
      "03-01T08:00 installed Installation/web page Alice Liddell",
    ]);
    expect(filtered(entries, everything)).toEqual(entries);
  });

  test("is grouped by the reader's days", () => {
    const days = byDay(merged(sources, {}).entries, (at) => at.slice(0, 10));
    expect(days.map(({ day, entries }) => `${day} ${entries.length}`)).toEqual([
      ...["2026-03-05 3", "2026-03-04 1", "2026-03-03 1", "2026-03-02 2", "2026-03-01 2"],
      ...["2026-02-02 1", "2026-02-01 1", "2026-01-31 1"],
    ]);
  });
});

describe("a timeline as CSV", () => {
  test("has a header, quotes what needs it, and is no formula in a spreadsheet", () => {
    const [first] = merged(sources, {}).entries;
    if (!first) throw new Error("no entry");
    const csv = timelineCsv([
      { ...first, message: 'say "hi",\nplease' },
      { ...first, message: '=HYPERLINK("http://evil")' },
    ]);
    const lines = csv.split("\r\n");
    expect(lines[0]).toBe(
      "time,kind,event,objectKind,object,installation,door,program,personId,person,image,revision,action,phase,fields,count,message",
    );
    expect(csv).toContain('cluster,kubelet,,,,,,,,3,"say ""hi"",\nplease"\r\n');
    expect(csv).toContain(`,"'=HYPERLINK(""http://evil"")"\r\n`);
  });
});
