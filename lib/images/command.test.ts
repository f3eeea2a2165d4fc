import { expect, test, vi } from "vitest";
import { limits } from "./limits.ts";
import { readImage } from "./read.ts";
import { scanManifests } from "./scan.ts";
import type { ImageSettings } from "./settings.ts";

vi.mock("./scan.ts", { spy: true });

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

function image(files: Record<string, string>, settings?: ImageSettings) {
  const bytes = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  return readImage(new Map(bytes), settings);
}

test("an older image of kubectl lines alone installs what they apply", () => {
  const content = image(
    {
      "entrypoint.sh": "set -e\nkubectl apply -f deploy\n",
      "deploy/a.yaml": configMap("a"),
      "README.md": "# Shop\n",
    },
    { Entrypoint: ["bash", "entrypoint.sh"] },
  );
  expect(content.title).toBe("Shop");
  expect(content.command).toEqual({ lines: ["bash entrypoint.sh"] });
  expect(content.manifests.map(({ path }) => path)).toEqual(["deploy/a.yaml"]);
  expect(content.workspace).toBeUndefined();
});

test("the Kubefile says what an image without a configuration does, by its last stage", () => {
  const content = image({
    Kubefile:
      'FROM scratch AS one\nCMD ["helm version"]\nFROM scratch\nLABEL org.opencontainers.image.title=Two\nCMD kubectl apply -f x.yaml\n',
    "x.yaml": configMap("x"),
  });
  expect(content).toMatchObject({ title: "Two", command: { lines: ["kubectl apply -f x.yaml"] } });
});

test("manifests and charts go before a command, which is then not carried out", () => {
  const header = "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: shop }\nspec: {}\n";
  const content = image(
    { "app.yaml": header, "manifests/a.yaml": configMap("a") },
    { Cmd: ["helm upgrade -i a ./a"] },
  );
  expect(content.command).toBeUndefined();
});

test("the first line that needs a shell is named, and nothing else is made of the command", () => {
  const content = image(
    { "entrypoint.sh": "kubectl apply -f a.yaml\n\nhelm upgrade -i web ./web\n", "a.yaml": configMap("a") },
    { Entrypoint: ["bash", "entrypoint.sh"], Env: ["A=b=c"], WorkingDir: "/" },
  );
  expect(content.command?.foreign).toEqual({
    file: "entrypoint.sh",
    line: 3,
    text: "helm upgrade -i web ./web",
  });
  expect(content.manifests).toEqual([]);
  expect(content.workspace).toMatchObject({ env: { A: "b=c" }, folder: "" });
  expect(content.permissions[0]).toContain("Runs a program of its own");
});

test("what a later line deletes is not installed; half of a file cannot be taken away", () => {
  const files = {
    "a.yaml": configMap("a"),
    "b.yaml": configMap("b"),
    "both.yaml": `${configMap("a")}---\n${configMap("b")}`,
  };
  const content = image(files, { Cmd: ["kubectl apply -f a.yaml -f b.yaml", "kubectl delete -f a.yaml"] });
  expect(content.manifests.map(({ path }) => path)).toEqual(["b.yaml"]);
  expect(() => image(files, { Cmd: ["kubectl apply -f both.yaml && kubectl delete -f a.yaml"] })).toThrow(
    /CMD:1: this deletes v1 ConfigMap a/,
  );
});

test("an object may be deleted before the file that has it is applied, and not after", () => {
  const files = { "old.yaml": configMap("a"), "new.yaml": `${configMap("a")}---\n${configMap("b")}` };
  const [clear, apply] = ["kubectl delete -f old.yaml", "kubectl apply -f new.yaml"];
  const { manifests } = image(files, { Cmd: [clear, apply] });
  expect(manifests.map(({ path }) => path)).toEqual(["new.yaml"]);
  expect(() => image(files, { Cmd: [apply, clear] })).toThrow(/CMD:2: this deletes v1 ConfigMap a/);
});

test("a file is read as often however many lines delete it, and there may be only so many", () => {
  const files = { "a.yaml": configMap("a"), "b.yaml": configMap("b") };
  const scans = (deletions: number) => {
    vi.mocked(scanManifests).mockClear();
    image(files, { Cmd: ["kubectl apply -f b.yaml", ...Array(deletions).fill("kubectl delete -f a.yaml")] });
    return vi.mocked(scanManifests).mock.calls.length;
  };
  expect(scans(40)).toBe(scans(1));
  expect(() => scans(limits.commandPaths)).toThrow("name more than 500 files");
});

test("a file that a command names and the image has not is named with its place", () => {
  expect(() => image({ "e.sh": "\nkubectl apply -f gone.yaml" }, { Entrypoint: ["sh", "e.sh"] })).toThrow(
    "e.sh:2: gone.yaml is not in the image",
  );
  expect(() => image({ "README.md": "" }, { Entrypoint: ["sh", "e.sh"] })).toThrow(/starts with e.sh/);
});

test("an image with an operating system in it is no cluster image, whatever it starts", () => {
  expect(() => image({ "bin/sh": "", "etc/passwd": "" }, { Cmd: ["sh"] })).toThrow(/has no app.yaml/);
});
