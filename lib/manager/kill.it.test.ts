import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyObject, type Cluster, isNotFound } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import { API_VERSION, APP_API_VERSION, type Installation } from "../model/resources.ts";
import { application, install, makeTenant, putImage, until } from "./testing/cluster.ts";
import { mortal } from "./testing/mortal.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
let images: ContentStore;

const manifests = `
apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { password: "\${{ defaults.password }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "docker.io/library/nginx:1.27" }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: "\${{ defaults.host }}.\${{ SEALOS_CLOUD_DOMAIN }}"
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;
const header = `defaults:
  password: { type: string, value: "\${{ random(12) }}" }
  host: { type: string, value: "web-\${{ random(8) }}" }`;

beforeAll(async () => {
  stage = await openStage({ speed: 200 });
  ({ admin, images } = stage);
  await putImage(images, "labring/web:1.0.0", application("web", manifests, header));
});

afterAll(() => stage?.close());

/** Runs a manager that dies at its n-th request; when it outlives `done`, it is stopped. Returns whether it died. */
async function livesUntil(
  n: number,
  moment: "before" | "after",
  done: () => Promise<unknown>,
): Promise<boolean> {
  const process = mortal(stage.asManager(), n, moment);
  const manager = stage.manager({ cluster: process.cluster, watchContent: false });
  const started = manager.start();
  await Promise.race([process.died, started.then(done)]);
  await manager.stop();
  return process.dead;
}

const KINDS: [string, string][] = [
  [API_VERSION, "Installation"],
  [APP_API_VERSION, "App"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "ControllerRevision"],
  ["v1", "Secret"],
  ["networking.k8s.io/v1", "Ingress"],
];

/** Everything of the namespace that an install leaves, without what differs from one install to the next. */
async function stateOf(namespace: string): Promise<unknown> {
  const lists = await Promise.all(
    KINDS.map(([apiVersion, kind]) => admin.list<AnyObject>({ apiVersion, kind, namespace })),
  );
  const objects = lists.flatMap(({ items }) => items);
  const secrets = objects.filter(({ kind }) => kind === "Secret");
  const password = (
    secrets.find(({ metadata }) => metadata.name === "web")?.data as { password: string } | undefined
  )?.password;
  const kept = secrets
    .filter(({ type }) => type === "hub.sealos.io/values")
    .map(({ data }) => JSON.parse(Buffer.from((data as { drawn: string }).drawn, "base64").toString()));
  const host = (
    objects.find(({ kind }) => kind === "Ingress")?.spec as { rules: { host: string }[] } | undefined
  )?.rules[0]?.host;
  const status = objects.find(({ kind }) => kind === "Installation")?.status as Installation["status"];
  return {
    names: objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort(),
    labels: objects.map(({ kind, metadata }) => `${kind} ${JSON.stringify(metadata.labels)}`).sort(),
    // What is drawn is drawn once: the applied password and host are those of the one kept revision.
    drawnOnce:
      kept.length === 1 &&
      Buffer.from(password ?? "", "base64").toString() === kept[0].password &&
      host === `${kept[0].host}.apps.example.com` &&
      status?.address === `https://${host}`,
    phase: status?.phase,
    revision: status?.revision,
    inventory: status?.inventory?.map(({ kind, name }) => `${kind}/${name}`),
    conditions: status?.conditions
      ?.map(({ type, status: value, reason }) => [type, value, reason].join(" "))
      .sort(),
  };
}

/** What is left of an install and whose it is, by names without what differs from one install to the next. */
async function leftIn(namespace: string): Promise<string[]> {
  const lists = await Promise.all(
    KINDS.map(([apiVersion, kind]) => admin.list<AnyObject>({ apiVersion, kind, namespace })),
  );
  const plain = (name: string) => name.replace(/\.[0-9a-f]{8,10}$/, "");
  return lists
    .flatMap(({ items }) => items)
    .map(({ kind, metadata: { name, ownerReferences = [] } }) =>
      [`${kind}/${plain(name)}`, ...ownerReferences.map((owner) => `of ${plain(owner.name)}`)].join(" "),
    )
    .sort();
}

test.for(["before", "after"] as const)(
  "killed %s any of its requests, an install and an uninstall end as if nothing had happened",
  { timeout: 600_000 },
  async (moment) => {
    const running = (namespace: string) =>
      until<Installation>(
        admin,
        { apiVersion: API_VERSION, kind: "Installation", namespace, name: "web" },
        (each) => each?.status?.phase === "Running" && each.status.progress?.done === 3,
      );
    const goneFrom = (namespace: string) =>
      until(
        admin,
        { apiVersion: API_VERSION, kind: "Installation", namespace, name: "web" },
        (each) => each === undefined,
      );
    const reference = await makeTenant(admin, `whole-${moment}`);
    await install(admin, reference, "labring/web:1.0.0");
    await livesUntil(Number.POSITIVE_INFINITY, moment, () => running(reference));
    const expected = JSON.parse(JSON.stringify(await stateOf(reference)).replaceAll(reference, "ns"));
    expect(expected.drawnOnce).toBe(true);

    let died = true;
    let n = 0;
    while (died) {
      n++;
      const namespace = await makeTenant(admin, `killed-${moment}-${n}`);
      await install(admin, namespace, "labring/web:1.0.0");
      died = await livesUntil(n, moment, () => running(namespace));
      if (died) await livesUntil(Number.POSITIVE_INFINITY, moment, () => running(namespace));
      const state = JSON.parse(JSON.stringify(await stateOf(namespace)).replaceAll(namespace, "ns"));
      expect(state, `killed ${moment} request ${n} of the install`).toEqual(expected);

      const name = { apiVersion: API_VERSION, kind: "Installation", namespace, name: "web" };
      await admin.delete(name);
      const diedAgain = await livesUntil(n, moment, () => goneFrom(namespace));
      if (diedAgain) await livesUntil(Number.POSITIVE_INFINITY, moment, () => goneFrom(namespace));
      expect(await leftIn(namespace), `killed ${moment} request ${n} of the uninstall`).toEqual([
        "ControllerRevision/web.bin",
        "Secret/web of web.bin",
        "Secret/web.values of web.bin",
      ]);
      died ||= diedAgain;
      await admin.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
    // The loop ends when a manager outlives its work; it must have been killed often before.
    expect(n).toBeGreaterThan(moment === "before" ? 20 : 8);
  },
);
