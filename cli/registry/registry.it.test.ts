import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ContentStore } from "../../lib/images/index.ts";
import {
  dockerCredentials,
  Layout,
  parseManifest,
  pushImage,
  Registry,
  sha256,
} from "../../lib/oci/index.ts";
import { storeImage } from "../../lib/oci/testing/image.ts";
import {
  PUBLISHER,
  registryMissing,
  run,
  startRegistry,
  type TestRegistry,
} from "../../tools/registry/index.ts";
import { hub as command } from "../testing/hub.ts";

const missing = registryMissing();
if (missing) process.stderr.write(`${missing}\n`);

const app = (images: string[]) =>
  new Map([
    [
      "app.yaml",
      Buffer.from(
        "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: {name: demo}\nspec: {title: Demo, version: 1.0.0}\n",
      ),
    ],
    [
      "manifests/pod.yaml",
      Buffer.from(
        `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "${images[0]}"}]}\n`,
      ),
    ],
    ["images/shim/more", Buffer.from(`# the rest\n${images.slice(1).join("\n")}\n`)],
  ]);

function openssl(...args: string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

describe.skipIf(missing !== undefined)("hub and registries", () => {
  let dir = "";
  let plain: TestRegistry;
  let locked: TestRegistry;
  let env: Record<string, string>;
  const hub = (...args: string[]) => command(args, { cwd: dir, env });
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "hub-cli-"));
    env = { HUB_STORE: join(dir, "store"), HOME: dir, DOCKER_CONFIG: join(dir, "docker") };
    [plain, locked] = [await startRegistry(), await startRegistry({ auth: "basic" })];
  });
  afterAll(async () => {
    await Promise.all([plain?.stop(), locked?.stop()]);
    await rm(dir, { recursive: true });
  });

  const store = () => new ContentStore(join(dir, "store"));

  it("push sends an image once, skopeo reads it, and pull brings it back the same", async () => {
    const reference = `${plain.host}/labring/demo:1`;
    const { digest } = await store().put(reference, app(["nginx:1"]));
    const first = await hub("push", reference, "--json");
    expect(first).toMatchObject({ code: 0 });
    expect(first.json()).toMatchObject({ reference, digest, unchanged: false });
    expect(first.stderr).toMatch(/^[0-9a-f]{12} .* …\n/m);
    const again = await hub("push", reference);
    expect(again).toMatchObject({
      code: 0,
      stdout: `${reference} was there already: ${digest}\n`,
      stderr: "",
    });
    const raw = run("skopeo", ["inspect", "--raw", "--tls-verify=false", `docker://${reference}`]);
    expect(sha256(Buffer.from(raw))).toBe(digest);
    const other = await command(["pull", reference, "-o", "demo.tar", "--json"], {
      cwd: dir,
      env: { ...env, HUB_STORE: join(dir, "other") },
    });
    expect(other.json()).toMatchObject({ digest });
    expect((await new ContentStore(join(dir, "other")).read(digest)).content.title).toBe("Demo");
    const theirs = run("skopeo", ["inspect", "--raw", `oci-archive:${join(dir, "demo.tar")}`]);
    expect(sha256(Buffer.from(theirs))).toBe(digest);
    const fromTar = await hub("push", `${plain.host}/labring/copy:1`, "--from", "demo.tar", "--json");
    expect(fromTar.json()).toMatchObject({ digest });
  });

  it("inspect shows what the Hub would read, in the registry, the store and a file", async () => {
    const reference = `${plain.host}/labring/demo:1`;
    for (const more of [[], ["--local"], ["--from", "demo.tar"]]) {
      const seen = await hub("inspect", reference, "--json", ...more);
      expect(seen.json()).toMatchObject({
        image: { title: "Demo", version: "1.0.0", containerImages: ["nginx:1"] },
      });
    }
    const raw = await hub("inspect", reference, "--raw");
    expect(JSON.parse(raw.stdout)).toMatchObject({ schemaVersion: 2 });
  });

  it("what fails ends with a code of its own and a sentence with the way out", async () => {
    const absent = await hub("push", `${plain.host}/labring/nothing:1`);
    expect(absent).toMatchObject({ code: 3, stdout: "" });
    expect(absent.stderr).toContain("wrote with --from");
    expect(await hub("pull", `${plain.host}/labring/nothing:1`)).toMatchObject({ code: 3 });
    const wrong = await hub("inspect", "Not/A:Reference:x");
    expect(wrong).toMatchObject({ code: 2 });
    const silent = await hub("inspect", "127.0.0.1:1/a/b", "--json");
    expect(silent).toMatchObject({ code: 5 });
    expect(JSON.parse(silent.stderr)).toMatchObject({ error: { code: "unreachable" } });
    const stranger = await hub("inspect", `${locked.host}/a/b`);
    expect(stranger).toMatchObject({ code: 4 });
    expect(stranger.stderr).toContain(`hub registry login ${locked.host}`);
    const chinese = await command(["inspect", `${locked.host}/a/b`], {
      env: { ...env, LC_ALL: "zh_CN.UTF-8" },
    });
    expect(chinese.stderr).toContain("需要登录");
  });

  it("registry login tries the credentials and keeps them where only their owner reads them", async () => {
    const login = (password: string) =>
      command(["registry", "login", locked.host, "-u", PUBLISHER.username, "--password-stdin"], {
        env,
        input: `${password}\n`,
      });
    expect(await login("wrong")).toMatchObject({ code: 4, stdout: "" });
    const file = join(dir, "docker", "config.json");
    await expect(stat(file)).rejects.toThrow("ENOENT");
    const done = await login(PUBLISHER.password);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout + done.stderr).not.toContain(PUBLISHER.password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await dockerCredentials({ ...env })(locked.host)).toEqual(PUBLISHER);
  });

  it("a signature is of one key and one digest, goes along when copied, and openssl finds it right", async () => {
    const [key, other] = [join(dir, "a.pem"), join(dir, "b.pem")];
    for (const path of [key, other]) {
      openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path);
      openssl("pkey", "-in", path, "-pubout", "-out", `${path}.pub`);
    }
    const reference = `${plain.host}/labring/signed:1`;
    const { digest } = await store().put(reference, app(["nginx:1"]));
    await hub("push", reference);
    const unsigned = await hub("verify", "--key", `${key}.pub`, reference);
    expect(unsigned).toMatchObject({ code: 1, stdout: "" });
    expect(unsigned.stderr).toContain("is not signed");
    expect((await hub("sign", "--key", key, reference)).stdout).toBe(`${reference}@${digest} is signed.\n`);
    expect((await hub("sign", "--key", key, reference)).stdout).toContain("already");
    expect(await hub("verify", "--key", `${key}.pub`, reference)).toMatchObject({ code: 0 });
    expect((await hub("verify", "--key", `${other}.pub`, reference)).stderr).toContain(
      "None of the 1 signatures",
    );
    expect(await hub("sign", "--key", other, reference)).toMatchObject({ code: 0 });
    const both = await hub("verify", "--key", `${key}.pub`, reference, "--json");
    expect(both.json()).toMatchObject({ verified: true, signatures: 2 });

    // As cosign's specification has it: the payload is a blob, its signature an annotation of the layer.
    const registry = new Registry({ registry: plain.host });
    const { bytes } = await registry.manifest("labring/signed", `${digest.replace(":", "-")}.sig`);
    const [layer] = parseManifest(bytes, "the signatures").layers;
    if (!layer) throw new Error("no signature");
    await writeFile(join(dir, "payload"), await registry.blob("labring/signed", layer, { maxBytes: 4096 }));
    const signature = layer.annotations?.["dev.cosignproject.cosign/signature"] ?? "";
    await writeFile(join(dir, "signature"), Buffer.from(signature, "base64"));
    const files = ["-signature", join(dir, "signature"), join(dir, "payload")];
    expect(openssl("dgst", "-sha256", "-verify", `${key}.pub`, ...files)).toContain("Verified OK");

    const copied = `${plain.host}/elsewhere/signed:1`;
    await hub("copy", reference, copied);
    expect(await hub("verify", "--key", `${key}.pub`, copied)).toMatchObject({ code: 0 });

    // Signatures of another image, put beside this one, sign nothing.
    const forged = `${plain.host}/labring/signed:2`;
    const second = await store().put(forged, app(["nginx:2"]));
    await hub("push", forged);
    await registry.pushManifest("labring/signed", `${second.digest.replace(":", "-")}.sig`, bytes);
    expect(await hub("verify", "--key", `${key}.pub`, forged)).toMatchObject({ code: 1, stdout: "" });
    expect((await hub("verify", "--key", key.replace("a.pem", "none"), forged)).code).toBe(3);
    expect((await hub("sign", "--key", `${key}.pub`, forged)).stderr).toContain("is no private key");
  });

  it("copy keeps the digest", async () => {
    const from = `${plain.host}/labring/demo:1`;
    const copied = await hub("copy", from, `${locked.host}/labring/demo:1`, "--json");
    expect(copied).toMatchObject({ code: 0 });
    expect(copied.json<{ digest: string }>().digest).toBe(await store().resolve(from));
    const beside = await hub("copy", from, `${plain.host}/labring/beside:1`, "--json");
    const outcomes = beside.json<{ blobs: { outcome: string }[] }>().blobs.map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(["mounted"]));
  });

  it("an app and its container images go across an air gap in one file, each blob once", async () => {
    const layout = new Layout(join(dir, "containers"));
    const registry = new Registry({ registry: plain.host });
    const names = ["web", "sidecar"].map((name) => `${plain.host}/library/${name}:1`);
    for (const name of ["web", "sidecar"]) {
      const to = { registry, repository: `library/${name}`, reference: "1" };
      await pushImage(layout, await storeImage(layout, "shared base", name), to);
    }
    const reference = `${plain.host}/labring/offline:1`;
    await store().put(reference, app(names));
    const bundled = await hub("bundle", reference, "-o", "offline.tar", "--json");
    expect(bundled).toMatchObject({ code: 0 });
    expect(bundled.json()).toMatchObject({
      // Three manifests, three configs, three layers of their own and the shared one.
      blobs: 10,
      images: [reference, ...names].sort().map((each) => ({ reference: each })),
    });
    const before = await readFile(join(dir, "offline.tar"));
    await hub("bundle", reference, "-o", "offline.tar");
    expect((await readFile(join(dir, "offline.tar"))).equals(before)).toBe(true);
    const loaded = await hub("load", "offline.tar", "--registry", locked.host, "--json");
    expect(loaded).toMatchObject({ code: 0 });
    const path = plain.host.replace(":", "-");
    expect(
      loaded
        .json<{ reference: string }[]>()
        .map((each) => each.reference)
        .sort(),
    ).toEqual(
      [
        `${locked.host}/labring/offline:1`,
        ...["sidecar", "web"].map((name) => `${locked.host}/${path}/library/${name}:1`),
      ].sort(),
    );
    expect((await hub("inspect", `${locked.host}/${path}/library/web:1`)).code).toBe(0);
    expect((await hub("registry", "logout", locked.host)).code).toBe(0);
    expect((await hub("inspect", `${locked.host}/${path}/library/web:1`)).code).toBe(4);
  });
});
