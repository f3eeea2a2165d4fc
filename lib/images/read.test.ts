import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImageError } from "./error.ts";
import { readFolder } from "./folder.ts";
import { limits } from "./limits.ts";
import { readImage } from "./read.ts";

const header = `apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: demo }
spec:
  title: Demo
  defaults:
    app_name: { type: string, value: "demo-\${{ random(8) }}" }
  inputs:
    n: { type: number, default: 3 }
    admin_password: { description: The password, required: "true" }
    size: { type: choice, options: [1, 2], if: "inputs.n > 1" }
`;
const files = (given: Record<string, string | Uint8Array>) =>
  new Map(
    Object.entries(given).map(([path, data]) => [path, typeof data === "string" ? Buffer.from(data) : data]),
  );
const folder = (more: Record<string, string | Uint8Array> = {}) => files({ "app.yaml": header, ...more });

describe("reading an image", () => {
  it("a folder gives header, manifests, actions, READMEs, icon, images and what it requires", () => {
    const content = readImage(
      folder({
        Kubefile: 'FROM scratch\nLABEL org.opencontainers.image.version="1.2.3" \\\n  other=x\nCOPY . .',
        "README.md": "# Demo",
        "README_zh.md": "# 演示",
        "icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
        "manifests/b.yaml":
          "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{image: 'nginx:${{ inputs.n }}'}]}}}",
        "manifests/a.yaml": "apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: pg}",
        "actions/restart.yaml":
          "apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: {name: restart}\nspec: {cmd: [kubectl get pods]}",
      }),
    );
    expect(content).toMatchObject({
      name: "demo",
      title: "Demo",
      version: "1.2.3",
      mode: "application",
      readmes: { en: "# Demo", zh: "# 演示" },
      icon: { mediaType: "image/svg+xml" },
      containerImages: ["nginx:${{ inputs.n }}"],
      requires: [{ apiVersion: "acid.zalan.do/v1", kind: "postgresql" }],
      actions: [{ name: "restart", cmd: ["kubectl get pods"] }],
    });
    expect(content.manifests.map(({ path }) => path)).toEqual(["manifests/a.yaml", "manifests/b.yaml"]);
  });

  it("inputs of every public type are read, passwords as secrets, other values as text", () => {
    expect(readImage(folder()).inputs).toEqual([
      { name: "n", type: "number", default: "3" },
      { name: "admin_password", type: "string", description: "The password", required: true, secret: true },
      { name: "size", type: "choice", options: ["1", "2"], if: "inputs.n > 1" },
    ]);
  });

  it("a bare template's resources keep the line numbers of the file", () => {
    const { manifests } = readImage(files({ "index.yaml": `${header}---\nkind: X\n` }));
    expect(manifests).toEqual([{ path: "index.yaml", text: "---\nkind: X\n", line: 12 }]);
  });

  it("a template whose resources are not YAML before their blocks are rendered is read", () => {
    const rest =
      "---\n${{ if(inputs.n > 1) }}\napiVersion: v1\nkind: A\n${{ else() }}\n  kind: [B\n${{ endif() }}\n";
    const content = readImage(files({ "index.yaml": header + rest }));
    expect(content.warnings.join()).toContain("while its branches are read together");
  });

  it("an unquoted expression with a colon in the header is text", () => {
    const content = readImage(
      files({
        "app.yaml": `${header}    more: { if: a }\n`.replace(
          '"demo-${{ random(8) }}" }',
          "x }\n    other:\n      value: ${{ a ? 'x' : 'y' }}",
        ),
      }),
    );
    expect(content.defaults.other?.value).toBe("${{ a ? 'x' : 'y' }}");
  });
});

const bomb = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
for (let n = 1; n < 9; n++) {
  const previous = String.fromCharCode(96 + n);
  const name = String.fromCharCode(97 + n);
  bomb.push(`${name}: &${name} [${Array(10).fill(`*${previous}`).join(",")}]`);
}
const svg = (inner: string) => `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`;

describe("an image is refused with its file and line when", () => {
  it.each<[string, Map<string, Uint8Array>, string]>([
    ["it has no header", files({ "README.md": "x" }), "no app.yaml"],
    ["a path leaves it", folder({ "../x": "" }), "../x: this path leaves the image"],
    ["a path is absolute", folder({ "/etc/x": "" }), "/etc/x: this path leaves the image"],
    [
      "a manifest is not YAML",
      folder({ "manifests/a.yaml": "a: 1\nb: [1" }),
      "manifests/a.yaml:2: this is not YAML",
    ],
    [
      "a manifest's aliases unfold without end",
      folder({ "manifests/a.yaml": bomb.join("\n") }),
      "manifests/a.yaml:",
    ],
    [
      "a manifest has too many documents",
      folder({ "manifests/a.yaml": "---\n".repeat(3000) }),
      "manifests/a.yaml: the file has more than 2000 documents",
    ],
    [
      "a manifest has too many expressions",
      folder({ "manifests/a.yaml": "- ${{ a }}\n".repeat(5001) }),
      "manifests/a.yaml:5001: the file has more than 5000 expressions",
    ],
    ["an alias holds itself", folder({ "manifests/a.yaml": "a: &a\n  b: *a" }), "nested too deeply"],
    ["a manifest is not text", folder({ "manifests/a.yaml": new Uint8Array([0xff, 0xfe]) }), "not UTF-8"],
    [
      "a manifest is too large",
      folder({ "manifests/a.yaml": "#".repeat(limits.manifest + 1) }),
      "at most 1 MiB",
    ],
    ["a README is too large", folder({ "README.md": "#".repeat(limits.readme + 1) }), "at most 512 KiB"],
    [
      "a header field is of the wrong type",
      files({ "app.yaml": `${header}  mode: both\n` }),
      "app.yaml:12: spec.mode",
    ],
    [
      "a provider declares no provider",
      files({ "app.yaml": `${header}  mode: provider\n` }),
      "needs spec.provider",
    ],
    [
      "an action does two things",
      folder({
        "actions/a.yaml":
          "apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: {name: a}\nspec: {cmd: [x], apply: [app.yaml]}",
      }),
      "actions/a.yaml:1: the action a needs exactly one",
    ],
    [
      "an action names a file it does not have",
      folder({
        "actions/a.yaml":
          "apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: {name: a}\nspec: {apply: [no.yaml]}",
      }),
      "names no.yaml, which is not in the image",
    ],
    [
      "its Kubefile has a word that is no instruction",
      folder({ Kubefile: "FROM x\nFORM y" }),
      "Kubefile:2: FORM",
    ],
    ["its icon is something else", folder({ "icon.png": "<html>" }), "neither SVG, PNG nor WebP"],
    ["its icon is too large", folder({ "icon.png": new Uint8Array(limits.icon + 1) }), "larger than 256 KiB"],
    [
      "its icon runs a script",
      folder({ "icon.svg": svg("\n<script>1</script>") }),
      "icon.svg:2: the icon holds an active",
    ],
    ["its icon handles events", folder({ "icon.svg": svg('<path onload="x"/>') }), "an event handler"],
    [
      "its icon links elsewhere",
      folder({ "icon.svg": svg('<image href="https://x/y"/>') }),
      "outside the icon",
    ],
    [
      "its icon hides a script in references",
      folder({ "icon.svg": svg('<a href="&#106;avascript:x"/>') }),
      "outside",
    ],
    ["its icon declares entities", folder({ "icon.svg": `<!DOCTYPE svg>${svg("")}` }), ""],
  ])("%s", (_, given, message) => {
    expect(() => readImage(given)).toThrow(ImageError);
    expect(() => readImage(given)).toThrow(message);
  });

  it("a few maps that are merged again and again are refused before they are unfolded", () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}: x`).join(", ");
    const times = (alias: string) => Array(1_500).fill(alias).join(", ");
    const manifest = `a: &a {${keys}}\nb: &b {<<: [${times("*a")}]}\nc: {<<: [${times("*b")}]}\n`;
    expect(() => readImage(folder({ "manifests/a.yaml": manifest }))).toThrow(
      /manifests\/a.yaml:\d: the document has too many nodes/,
    );
  });

  it("thousands of aliases are read in time that grows with their number, not its square", () => {
    // Minutes, if each looked through all before it, and so until the test is given up.
    const aliases = `x: &x 1\ny:\n${"- *x\n".repeat(120_000)}`;
    readImage(folder({ "manifests/a.yaml": aliases }));
  });

  it("it has too many files", () => {
    const many = Object.fromEntries(Array.from({ length: limits.files }, (_, n) => [`f${n}`, ""]));
    expect(() => readImage(folder(many))).toThrow("2001 files");
  });
});

describe("reading a folder", () => {
  let root = "";
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hub-images-"));
    await mkdir(join(root, "image", "manifests"), { recursive: true });
    await writeFile(join(root, "image", "app.yaml"), header);
    await writeFile(join(root, "secret.yaml"), "x: 1");
    await symlink("../app.yaml", join(root, "image", "manifests", "inside.yaml"));
  });
  afterAll(() => rm(root, { recursive: true }));

  it("follows a link inside and refuses one that leaves", async () => {
    const image = join(root, "image");
    expect([...(await readFolder(image)).keys()]).toEqual(["app.yaml", "manifests/inside.yaml"]);
    await symlink("../../secret.yaml", join(image, "manifests", "outside.yaml"));
    await expect(readFolder(image)).rejects.toThrow("manifests/outside.yaml: this link leaves the image");
  });
});
