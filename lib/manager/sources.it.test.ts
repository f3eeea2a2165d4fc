import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import {
  PUBLISHER,
  type RegistryDouble,
  registryMissing,
  startDouble,
  startRegistry,
} from "../../tools/registry/index.ts";
import { writeRegistryCredentials } from "../hub/registry-credentials.ts";
import { caller } from "../images/turns.ts";
import { imageName } from "../model/names.ts";
import { API_VERSION, annotation, type Image, type Repository } from "../model/resources.ts";
import { Registry } from "../oci/index.ts";
import { BlobCache, HubImages, hostPatterns } from "../sources/index.ts";
import { application, install, makeTenant, until, untilPhase } from "./testing/cluster.ts";
import { push } from "./testing/push.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let double: RegistryDouble;

beforeAll(async () => {
  const missing = registryMissing();
  if (missing) throw new Error(missing);
  stage = await openStage({ speed: 200 });
  double = await startDouble();
  await stage.begin({
    sources: {
      allowed: hostPatterns("127.0.0.1"),
      cache: new BlobCache(join(stage.folder, "cache"), 64 * 1024 * 1024),
    },
    pollSeconds: 3600,
    watchContent: false,
  });
  await stage.admin.create({
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name: "acme" },
    spec: {},
  });
});
afterAll(async () => {
  await stage?.close();
  await double?.close();
});
afterEach(() => {
  delete double.fault;
});

const config = (value: string) =>
  application("pg", `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: pg }\ndata: { value: "${value}" }\n`);

const repository = (repo: string) => ({ apiVersion: API_VERSION, kind: "Repository", name: `acme.${repo}` });
const image = (repo: string, tag: string) => ({
  apiVersion: API_VERSION,
  kind: "Image",
  name: imageName("acme", repo, tag),
});
async function publish(repo: string, source: string): Promise<void> {
  await stage.admin.create<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: `acme.${repo}` },
    spec: { organization: "acme", repository: repo, visibility: "public", source },
  });
}
async function refresh(repo: string): Promise<void> {
  const annotations = { [annotation.refreshRequested]: `${performance.now()}` };
  await stage.admin.patch(repository(repo), { metadata: { annotations } }, { type: "merge" });
}
const said = (
  repo: string,
  holds: (condition: { status: string; reason: string; message: string }) => boolean,
) =>
  until<Repository>(stage.admin, repository(repo), (each) =>
    (each?.status?.conditions ?? []).some((condition) => condition.type === "Indexed" && holds(condition)),
  );
const digestIs = (repo: string, tag: string, digest: string | undefined) =>
  until<Image>(stage.admin, image(repo, tag), (each) => each?.spec.digest === digest);

test("what is in a registry is shown, installed, follows its tags, and goes with them unless it is installed", {
  timeout: 180_000,
}, async () => {
  const registry = await startRegistry();
  try {
    const first = await push(registry.host, "acme/pg", "1.0.0", config("one"));
    const other = await push(registry.host, "acme/pg", "2.0.0", config("two"));
    await publish("pg", `${registry.host}/acme/pg`);
    await digestIs("pg", "1.0.0", first);
    await digestIs("pg", "2.0.0", other);
    await until<Repository>(stage.admin, repository("pg"), (each) => each?.status?.tags?.length === 2);
    await said("pg", ({ status }) => status === "True");
    const namespace = await makeTenant(stage.admin, "reg");
    await install(stage.admin, namespace, "acme/pg:1.0.0");
    const installed = await untilPhase(stage.admin, namespace, "pg", "Running");
    expect(installed.status?.digest).toBe(first);

    const moved = await push(registry.host, "acme/pg", "1.0.0", config("three"));
    await new Registry({ registry: registry.host }).manifest("acme/pg", "2.0.0");
    const response = await fetch(`http://${registry.host}/v2/acme/pg/manifests/${other}`, {
      method: "DELETE",
    });
    expect(response.status).toBe(202);
    await refresh("pg");
    await digestIs("pg", "1.0.0", moved);
    await digestIs("pg", "2.0.0", undefined);

    expect(
      (await fetch(`http://${registry.host}/v2/acme/pg/manifests/${moved}`, { method: "DELETE" })).status,
    ).toBe(202);
    await refresh("pg");
    const kept = await until<Image>(stage.admin, image("pg", "1.0.0"), (each) =>
      (each?.status?.conditions ?? []).some(({ type, status }) => type === "Published" && status === "False"),
    );
    expect(kept?.status?.conditions?.find(({ type }) => type === "Published")?.message).toContain(
      "was removed",
    );
  } finally {
    await registry.stop();
  }
});

test("an organization's images are read for it, so that organizations take turns", async () => {
  const registry = await startRegistry();
  const callers: string[] = [];
  const { read } = HubImages.prototype;
  const spied = vi.spyOn(HubImages.prototype, "read").mockImplementation(function (this: HubImages, ...of) {
    callers.push(caller());
    return read.apply(this, of);
  });
  try {
    const digest = await push(registry.host, "acme/turns", "1.0.0", config("turns"));
    await publish("turns", `${registry.host}/acme/turns`);
    await digestIs("turns", "1.0.0", digest);
    expect(callers).toContain("acme");
  } finally {
    spied.mockRestore();
    await registry.stop();
  }
});

test("a private registry is asked with the organization's credentials, and says what is wrong without", async () => {
  const registry = await startRegistry({ auth: "basic" });
  try {
    const digest = await push(registry.host, "acme/secret", "1", config("x"), PUBLISHER);
    await publish("secret", `${registry.host}/acme/secret`);
    await said(
      "secret",
      ({ status, reason, message }) =>
        status === "False" && reason === "Unauthorized" && message.includes("credentials"),
    );
    const web = await stage.cluster.account("sealos-system", "web");
    await writeRegistryCredentials(web, "acme", [{ registry: registry.host, ...PUBLISHER }]);
    await refresh("secret");
    await digestIs("secret", "1", digest);
    await writeRegistryCredentials(web, "acme", []);
  } finally {
    await registry.stop();
  }
});

const answering =
  (answer: (response: ServerResponse) => unknown): RegistryDouble["fault"] & object =>
  (_, response) => {
    answer(response);
    return true;
  };

test("a registry that lies, is away, or answers something else changes nothing and says so", async () => {
  const digest = await push(double.host, "acme/odd", "1", config("good"));
  await publish("odd", `${double.host}/acme/odd`);
  await digestIs("odd", "1", digest);
  const cases: [NonNullable<RegistryDouble["fault"]>, RegExp][] = [
    [
      answering((response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>hello")),
      /web page/,
    ],
    [answering((response) => response.writeHead(429, { "retry-after": "3600" }).end()), /again/],
    [answering((response) => response.destroy()), /cannot be reached/],
  ];
  for (const [fault, message] of cases) {
    double.fault = fault;
    await refresh("odd");
    await said("odd", (each) => each.status === "False" && message.test(each.message));
    delete double.fault;
    await refresh("odd");
    await said("odd", ({ status }) => status === "True");
  }
  const lying = await push(double.host, "acme/odd", "1", config("new"));
  double.fault = ({ path }, response) => {
    if (!path.includes("/blobs/")) return false;
    response.writeHead(200).end("not what was asked for");
    return true;
  };
  await refresh("odd");
  await said(
    "odd",
    ({ status, message }) => status === "False" && /should have|has the digest/.test(message),
  );
  await digestIs("odd", "1", digest);
  delete double.fault;
  await refresh("odd");
  await digestIs("odd", "1", lying);
});

test("a source that leads into the cluster is refused, with the way out", async () => {
  for (const [repo, source] of [
    ["inner", "10.96.0.1:443/acme/pg"],
    ["meta", "169.254.169.254/acme/pg"],
    ["self", "localhost:8443/acme/pg"],
  ] as const) {
    await publish(repo, source);
    await said(
      repo,
      ({ reason, message }) => reason === "ForbiddenAddress" && message.includes("REGISTRY_ALLOW"),
    );
  }
  await publish("wrong", "registry.example.com/acme/pg:1");
  await said(
    "wrong",
    ({ reason, message }) => reason === "InvalidReference" && message.includes("names one version"),
  );
});
