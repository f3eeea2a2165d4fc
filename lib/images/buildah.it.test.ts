import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registryMissing, run, startRegistry, type TestRegistry } from "../../tools/registry/index.ts";
import { pullImage, Registry } from "../oci/index.ts";
import { ContentStore } from "./store.ts";

const missing =
  registryMissing() ?? (process.getuid?.() === 0 ? undefined : "buildah was not run: it needs root.");
if (missing) process.stderr.write(`${missing}\n`);

describe.skipIf(missing !== undefined)("an image that buildah built", () => {
  let dir = "";
  let registry: TestRegistry;
  const buildah = (...args: string[]) =>
    run("buildah", [
      "--storage-driver=vfs",
      `--root=${join(dir, "root")}`,
      `--runroot=${join(dir, "run")}`,
      ...args,
    ]).trim();
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "hub-buildah-"));
    registry = await startRegistry();
    await mkdir(join(dir, "image", "manifests"), { recursive: true });
    const file = (name: string, text: string) => writeFile(join(dir, "image", name), text);
    await file(
      "Kubefile",
      "FROM scratch\nCOPY app.yaml README.md ./\nCOPY manifests manifests\nCOPY manifests/b.yaml manifests/c.yaml\n",
    );
    await file(
      "app.yaml",
      "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: {name: a}\nspec: {title: Layered}\n",
    );
    await file("README.md", "# Layered\n");
    for (const name of ["a", "b"])
      await file(`manifests/${name}.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`);
  });
  afterAll(async () => {
    await registry?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it("is read from its several layers, without what the upper ones took away", async () => {
    const image = join(dir, "image");
    buildah("build", "--layers", "-t", "layered", "-f", join(image, "Kubefile"), image);
    const container = buildah("from", "--pull-never", "localhost/layered");
    const mounted = buildah("mount", container);
    await rm(join(mounted, "manifests", "b.yaml"));
    buildah("commit", container, "lessened");
    const store = new ContentStore(join(dir, "store"));
    const client = new Registry({ registry: registry.host });
    const read = async (name: string) => {
      buildah("push", "--tls-verify=false", `localhost/${name}`, `docker://${registry.host}/a/${name}:1`);
      const from = { registry: client, repository: `a/${name}`, reference: "1" };
      const { descriptor } = await pullImage(from, store.layout);
      const { content } = await store.read(descriptor.digest);
      return {
        title: content.title,
        readme: content.readmes.en,
        manifests: content.manifests.map(({ path }) => path),
      };
    };
    const whole = { title: "Layered", readme: "# Layered\n" };
    expect(await read("layered")).toEqual({
      ...whole,
      manifests: ["manifests/a.yaml", "manifests/b.yaml", "manifests/c.yaml"],
    });
    expect(await read("lessened")).toEqual({ ...whole, manifests: ["manifests/a.yaml", "manifests/c.yaml"] });
  });
});
