import { generateKeyPairSync } from "node:crypto";
import { expect, test, vi } from "vitest";
import { ImageUnavailable } from "../images/index.ts";
import { API_VERSION, type Organization } from "../model/resources.ts";
import type { SignatureVerdict } from "../model/signature.ts";
import { notSigned, type SignatureDemand } from "./signed.ts";

const pem = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const image = { image: "acme/shop:1", name: "acme.shop", digest: `sha256:${"a".repeat(64)}` };
const acme = (spec: Organization["spec"]): Organization => ({
  apiVersion: API_VERSION,
  kind: "Organization",
  metadata: { name: "acme" },
  spec,
});

function asked(
  verdict: SignatureVerdict | Error,
  demand: Partial<Omit<SignatureDemand, "images">> = {},
  inRegistry = true,
) {
  const signature = vi.fn(async () => {
    if (verdict instanceof Error) throw verdict;
    return verdict;
  });
  const organization = acme({ publicKeys: [pem], requireSignature: true });
  const images = { inRegistry: () => inRegistry, signature };
  return { problem: notSigned(image, { organization, everywhere: false, images, ...demand }), signature };
}

test.for([
  ["Unsigned", "image-unsigned", /is not signed.*hub sign --key/],
  ["WrongKey", "image-wrong-key", /no key of the organization acme.*hub org keys add acme/],
  ["NoKeys", "image-no-keys", /no public key.*hub org keys add acme/],
] as const)("an image that is %s is refused with the way out", async ([state, reason, sentence]) => {
  const problem = await asked({ state }).problem;
  expect(problem).toMatchObject({ code: "image-unsigned", reason });
  expect(problem?.message).toMatch(sentence);
});

test("a signed image may be installed", async () => {
  expect(await asked({ state: "Signed", key: "sha256:k" }).problem).toBeUndefined();
});

test("nothing is asked of an image that nobody wants signed", async () => {
  const { problem, signature } = asked({ state: "Unsigned" }, { organization: acme({ publicKeys: [pem] }) });
  expect(await problem).toBeUndefined();
  expect(signature).not.toHaveBeenCalled();
});

test("the cluster's demand is for what comes from registries; the organization's for all it has", async () => {
  const modest = { organization: acme({}), everywhere: true };
  expect(await asked({ state: "NoKeys" }, modest).problem).toMatchObject({ reason: "image-no-keys" });
  expect(await asked({ state: "NoKeys" }, modest, false).problem).toBeUndefined();
  expect(await asked({ state: "Unsigned" }, {}, false).problem).toMatchObject({ code: "image-unsigned" });
});

test("a registry that cannot be asked lets nothing in", async () => {
  const { problem } = asked(new ImageUnavailable(["it does not answer", "没有应答"], "unreachable"));
  expect(await problem).toMatchObject({ code: "image-unsigned", reason: "image-unchecked" });
});
