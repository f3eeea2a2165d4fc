import { afterAll, beforeAll, expect, test } from "vitest";
import { revisionsOf } from "../install/revisions.ts";
import { rollBackTo } from "../install/rollback.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, annotation, type Installation } from "../model/resources.ts";
import { application, install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

const header = 'defaults: { password: { type: string, value: "${{ random(12) }}" } }';
const manifest = (greeting: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: notes }
data: { greeting: ${greeting}, drawn: "\${{ defaults.password }}" }
`;

let stage: Stage;
let namespace: string;
const name = "notes";

beforeAll(async () => {
  stage = await openStage();
  for (const tag of ["1", "2"])
    await putImage(
      stage.images,
      `labring/notes:${tag}`,
      application("notes", manifest(`hello-${tag}`), header),
    );
  namespace = await makeTenant(stage.admin, "damaged");
  await stage.begin();
});
afterAll(() => stage?.close());

const reference = { apiVersion: API_VERSION, kind: "Installation" };
const secretOf = (secret: string) => ({ apiVersion: "v1", kind: "Secret", namespace, name: secret });
const look = (spec: object = {}) =>
  stage.admin.patch<Installation>(
    { ...reference, namespace, name },
    { metadata: { annotations: { [annotation.retry]: String(performance.now()) } }, spec },
    { type: "merge" },
  );
const untilIs = (holds: (each: Installation) => unknown) =>
  until<Installation>(stage.admin, { ...reference, namespace, name }, (each) =>
    Boolean(each && holds(each)),
  ) as Promise<Installation>;
const notes = async () => {
  const map = await stage.admin.get<KubernetesObject>({
    ...{ apiVersion: "v1", kind: "ConfigMap", namespace, name: "notes" },
  });
  return map.data as { greeting: string; drawn: string };
};
const untilNotes = (holds: (data: { greeting: string; drawn: string }) => boolean) =>
  until<KubernetesObject>(
    stage.admin,
    { apiVersion: "v1", kind: "ConfigMap", namespace, name: "notes" },
    (map) => map !== undefined && holds(map.data as { greeting: string; drawn: string }),
  );

/** A kept Secret with something else in it. */
async function damage(secret: string): Promise<void> {
  const { type, metadata, ...whole } = await stage.admin.get<KubernetesObject>(secretOf(secret));
  await stage.admin.delete(secretOf(secret));
  const data = { ...(whole.data as object), drawn: Buffer.from("{ half a rec").toString("base64") };
  const { labels, annotations } = metadata;
  await stage.admin.create({
    ...secretOf(secret),
    metadata: { name: secret, namespace, labels, annotations },
    ...{ type, data },
  } as unknown as KubernetesObject);
}

test("values of a revision that cannot be read are told with the way out, and other revisions go on", {
  timeout: 120_000,
}, async () => {
  const { admin } = stage;
  await install(admin, namespace, "labring/notes:1", {}, name);
  await untilPhase(admin, namespace, name, "Running");
  const { drawn } = await notes();
  await look({ image: "labring/notes:2" });
  await untilIs(({ status }) => status?.revision === 2 && status.phase === "Running");
  const [second, first] = await revisionsOf(admin, namespace, name);
  if (!first || !second) throw new Error("two revisions are kept");

  await damage(second.data.values);
  await look();
  const told = await untilIs(({ status }) => status?.code === "revision-damaged");
  expect(told.status).toMatchObject({ phase: "Degraded", reason: "values-damaged" });
  const applied = told.status?.conditions?.find(({ type }) => type === "Applied");
  expect(applied).toMatchObject({ status: "False", reason: "RevisionDamaged" });
  expect(applied?.message).toContain(`Secret ${second.data.values} cannot be read. Go back to an earlier`);
  expect(await notes()).toEqual({ greeting: "hello-2", drawn });

  await rollBackTo(admin, told, first);
  await untilNotes(({ greeting }) => greeting === "hello-1");
  const back = await untilIs(({ status }) => status?.phase === "Running" && status.revision === 3);
  expect(await notes()).toEqual({ greeting: "hello-1", drawn });

  await expect(rollBackTo(admin, back, second)).rejects.toThrow(/revision 2 .*cannot be read/);
  expect((await notes()).greeting).toBe("hello-1");
});

test("values that are deleted are made anew once, and kept", { timeout: 60_000 }, async () => {
  const { admin } = stage;
  const kept = await revisionsOf(admin, namespace, name);
  for (const { data } of kept) await admin.delete(secretOf(data.values));
  const before = await notes();
  await look();
  await untilNotes(({ drawn }) => drawn !== before.drawn);
  const after = await notes();
  // The next look finds them.
  await look({ revisionHistoryLimit: 5 });
  await untilIs(
    ({ status, metadata }) =>
      status?.observedGeneration === metadata.generation && status?.phase === "Running",
  );
  expect((await notes()).drawn).toBe(after.drawn);
});
