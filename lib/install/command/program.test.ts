import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readImage } from "../../images/index.ts";
import { renderContext } from "../prepare.ts";
import { programOf } from "./program.ts";

const header = `apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: shop }
spec:
  title: Shop
  inputs: { token: { type: string } }
`;

function shop(files: Record<string, Uint8Array> = {}) {
  const all = new Map([["app.yaml", Buffer.from(header)], ...Object.entries(files)]);
  return readImage(all, { Cmd: ["./install $(token)"] });
}

function program(content = shop(), token = "tell-nobody", digest = "sha256:1") {
  const cloud = { domain: "apps.example.com", port: "", scheme: "https", certSecretName: "cert" } as const;
  return programOf({
    installation: { name: "shop", namespace: "ns-a" },
    image: { org: "acme", repo: "shop", tag: "1", digest, content, name: "acme.shop" },
    inputs: { token },
    values: { ".seed": "00" },
    context: renderContext("ns-a", cloud),
    account: "a",
    runnerImage: "runner:1",
  });
}

test("the same image and values are the same Job; another image, or other values, are another", async () => {
  const names = [program(), program(), program(shop(), "other"), program(shop(), "tell-nobody", "sha256:2")];
  const [one, again, inputs, digest] = (await Promise.all(names)).map((each) => each?.job);
  expect(again).toBe(one);
  expect(new Set([one, inputs, digest]).size).toBe(3);
});

test("a value is in the Secret alone", async () => {
  const objects = (await program())?.objects.map(({ object }) => object) ?? [];
  const encoded = Buffer.from("tell-nobody").toString("base64");
  const holding = objects.filter(
    (object) => /tell-nobody/.test(JSON.stringify(object)) || JSON.stringify(object).includes(encoded),
  );
  expect(holding.map(({ kind }) => kind)).toEqual(["Secret"]);
});

test("the pod asks for nothing that the restricted level refuses", async () => {
  const job = (await program())?.objects.find(({ object }) => object.kind === "Job")?.object;
  expect(job).toMatchObject({
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: "Never",
          serviceAccountName: "a",
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              image: "runner:1",
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  });
});

test("files that are more than a cluster takes are refused with their size and the limit", async () => {
  const packed = program(shop({ data: randomBytes(2 * 1024 ** 2) }));
  await expect(packed).rejects.toMatchObject({
    reason: "command-large",
    params: { size: "2.0 MiB", limit: "1 MiB" },
  });
  const unpacked = program(shop({ data: new Uint8Array(17 * 1024 ** 2) }));
  await expect(unpacked).rejects.toMatchObject({ params: { size: "17.0 MiB" } });
  await expect(program(shop({ data: new Uint8Array(15 * 1024 ** 2) }))).resolves.toBeDefined();
});
