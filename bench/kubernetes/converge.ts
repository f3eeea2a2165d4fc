import { installerUser } from "../../lib/manager/subject.ts";
import { API_VERSION, APP_API_VERSION, type Installation } from "../../lib/model/resources.ts";
import { type Audit, isWrite, tally } from "./audit.ts";
import { BareClient, eachOf, type Measured } from "./cluster.ts";
import { objectsOf, SMALL } from "./images.ts";
import { isApplied } from "./install.ts";
import { type Figure, median, say } from "./report.ts";
import { untilInstallations, untilObjects } from "./wait.ts";

/** As many connections as the manager's client opens. */
const CONNECTIONS = 32;
const MANAGER = "system:serviceaccount:sealos-system:manager";

export interface ConvergeSetup {
  installations: number;
  batches: number;
  perNamespace: number;
  replicas: number;
  managerKubeconfig: string;
  managerToken: string;
  namespace(): Promise<string>;
}

interface Run {
  /** Seconds until everything was applied, and until everything ran. */
  applied: number;
  running: number;
}

/**
 * Many installations of ten objects at once, beside a bare client that applies the same objects in the same number of
 * namespaces over as many connections: in batches by turns, so that both see the cluster at the same sizes.
 */
export async function measureConvergence(
  measured: Measured,
  audit: Audit,
  setup: ConvergeSetup,
): Promise<Figure[]> {
  const { admin } = measured;
  const client = await BareClient.open(setup.managerKubeconfig, setup.managerToken, CONNECTIONS);
  const paths = await pathsOf(measured);
  const size = Math.ceil(setup.installations / setup.batches);
  const places = async () => {
    const namespaces: string[] = [];
    for (let left = size; left > 0; left -= setup.perNamespace) namespaces.push(await setup.namespace());
    return Array.from({ length: size }, (_, index) => ({
      namespace: namespaces[Math.floor(index / setup.perNamespace)] as string,
      name: `app-${index % setup.perNamespace}`,
    }));
  };
  const bare = async (): Promise<Run> => {
    const targets = await places();
    const running = setup.replicas > 0 ? await untilAvailable(measured, targets) : undefined;
    const began = performance.now();
    await eachOf(targets, CONNECTIONS, async ({ namespace, name }) => {
      for (const object of objectsOf(name, namespace, 1, setup.replicas))
        await client.send({
          method: "PATCH",
          path: `${paths(object.apiVersion, object.kind, namespace)}/${object.metadata.name}?fieldManager=bare`,
          body: object,
          contentType: "application/apply-patch+yaml",
          as: installerUser(namespace),
        });
    });
    const applied = (performance.now() - began) / 1000;
    await running?.reached;
    return { applied, running: (performance.now() - began) / 1000 };
  };
  /**
   * What the API server allows: requests of the same kinds and number as an install makes (the tally of the first batch
   * shows them), one after the other per installation and as many installations at once as there are connections. For an
   * Installation's own patches stand patches of an App, a custom resource too, which no controller answers.
   */
  const replay = async (): Promise<number> => {
    const targets = await places();
    const began = performance.now();
    await eachOf(targets, CONNECTIONS, async ({ namespace, name }) => {
      const as = installerUser(namespace);
      const at = (apiVersion: string, kind: string, of = "") =>
        `${paths(apiVersion, kind, namespace)}${of && `/${of}`}`;
      const objects = objectsOf(name, namespace, 1, setup.replicas);
      const apply = (object: (typeof objects)[number], query: string) =>
        client.send({
          method: "PATCH",
          path: `${at(object.apiVersion, object.kind, object.metadata.name)}?fieldManager=replay${query}`,
          body: object,
          contentType: "application/apply-patch+yaml",
          as,
        });
      const app = {
        apiVersion: APP_API_VERSION,
        kind: "App",
        metadata: { name, namespace },
        spec: { name, icon: "", type: "link", data: { url: "https://example.com/" } },
      };
      const touch = (step: number) =>
        client.send({
          method: "PATCH",
          path: at(app.apiVersion, app.kind, name),
          body: { metadata: { annotations: { step: `${step} ${"of the status ".repeat(100)}` } } },
          contentType: "application/merge-patch+json",
          as,
        });
      const read = (path: string) => client.send({ method: "GET", path, as });
      const make = (object: object) => {
        const { apiVersion, kind } = object as { apiVersion: string; kind: string };
        return client.send({ method: "POST", path: at(apiVersion, kind), body: object, as });
      };
      await apply(app, "");
      await touch(0);
      await read(`${at("apps/v1", "ControllerRevision")}?labelSelector=app%3D${name}`);
      await read(`${at("v1", "Secret")}?labelSelector=app%3D${name}`);
      // A binding's role is not there yet: the API server would refuse the trial.
      for (const object of objects) if (object.kind !== "RoleBinding") await apply(object, "&dryRun=All");
      await read(at("v1", "LimitRange"));
      const values = { drawn: Buffer.from("{}").toString("base64") };
      await make({ apiVersion: "v1", kind: "Secret", metadata: { name: `${name}.values` }, data: values });
      await make({
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: { name },
        revision: 1,
        data: { name },
      });
      await read(at(app.apiVersion, app.kind, name));
      await touch(1);
      for (const object of objects) await apply(object, "");
      await touch(2);
      for (const reason of ["Applied", "Ready"])
        await make({
          apiVersion: "v1",
          kind: "Event",
          metadata: { name: `${name}.${reason.toLowerCase()}`, namespace },
          involvedObject: { apiVersion: app.apiVersion, kind: "App", name, namespace },
          reason,
          message: reason,
          type: "Normal",
        });
    });
    return (performance.now() - began) / 1000;
  };
  const hub = async (): Promise<Run> => {
    const targets = await places();
    const fresh = new Set(targets.map(({ namespace }) => namespace));
    const here = ({ metadata }: Installation) => fresh.has(metadata.namespace ?? "");
    const appliedAll = await untilInstallations(admin, size, (each) => here(each) && isApplied(each));
    const runningAll = await untilInstallations(
      admin,
      size,
      (each) => here(each) && each.status?.phase === "Running",
    );
    const began = performance.now();
    await eachOf(targets, CONNECTIONS, ({ namespace, name }) =>
      admin.create<Installation>({
        apiVersion: API_VERSION,
        kind: "Installation",
        metadata: { name, namespace },
        spec: { image: SMALL, inputs: { name } },
      }),
    );
    await appliedAll.reached;
    const applied = (performance.now() - began) / 1000;
    await runningAll.reached;
    return { applied, running: (performance.now() - began) / 1000 };
  };

  const pairs: { bare: Run; hub: Run; replay: number }[] = [];
  for (let batch = 0; batch < setup.batches; batch++) {
    const first = batch % 2 === 0 ? await bare() : undefined;
    await audit.since([]);
    const second = await hub();
    const events = await audit.since([MANAGER]);
    const pair = { bare: first ?? (await bare()), hub: second, replay: await replay() };
    pairs.push(pair);
    say(
      `batch ${batch + 1}: the same requests ${pair.replay.toFixed(1)} s; bare ${pair.bare.applied.toFixed(1)} s applied, ${pair.bare.running.toFixed(1)} s running; ` +
        `hub ${pair.hub.applied.toFixed(1)} s and ${pair.hub.running.toFixed(1)} s; ` +
        `${(events.length / size).toFixed(1)} requests, ${(events.filter(isWrite).length / size).toFixed(1)} writes per installation`,
    );
    if (batch === 0)
      for (const [what, count] of tally(events))
        if (count >= size / 10) say(`    ${(count / size).toFixed(2)} ${what}`);
  }
  await client.close();
  const of = (part: keyof Run) =>
    median(pairs.map(({ bare: theirs, hub: ours }) => ours[part] / theirs[part]));
  const sum = (side: "bare" | "hub", part: keyof Run) =>
    pairs.reduce((total, pair) => total + pair[side][part], 0);
  const figure = (part: keyof Run, what: string): Figure => ({
    what,
    asked: "at most 1.2 ×",
    measured: `${of(part).toFixed(2)} × (${sum("hub", part).toFixed(1)} s and ${sum("bare", part).toFixed(1)} s)`,
    met: of(part) <= 1.2,
  });
  const count = size * setup.batches;
  const like = median(pairs.map((pair) => pair.hub.applied / pair.replay));
  const replayed = pairs.reduce((total, pair) => total + pair.replay, 0);
  return [
    {
      what: `${count} installations of 10 objects applied, beside a bare client making the same requests`,
      asked: "at most 1.2 ×",
      measured: `${like.toFixed(2)} × (${sum("hub", "applied").toFixed(1)} s and ${replayed.toFixed(1)} s)`,
      met: like <= 1.2,
    },
    figure(
      "applied",
      `${count} installations of 10 objects applied, beside a bare client applying the objects alone`,
    ),
    figure("running", `${count} installations until all run, beside the bare client's`),
  ];
}

async function pathsOf({
  admin,
}: Measured): Promise<(apiVersion: string, kind: string, namespace: string) => string> {
  const types = await admin.discovery.all();
  const plurals = new Map(
    types.map(({ group, version, kind, plural }) => [
      `${group ? `${group}/` : ""}${version}/${kind}`,
      plural,
    ]),
  );
  return (apiVersion, kind, namespace) =>
    `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}/namespaces/${namespace}/${plurals.get(`${apiVersion}/${kind}`)}`;
}

function untilAvailable({ admin }: Measured, targets: { namespace: string }[]) {
  const namespaces = new Set(targets.map(({ namespace }) => namespace));
  return untilObjects(
    admin,
    { apiVersion: "apps/v1", kind: "Deployment" },
    targets.length,
    ({ metadata, status }) =>
      namespaces.has(metadata.namespace ?? "") &&
      ((status as { availableReplicas?: number })?.availableReplicas ?? 0) > 0,
  );
}
