import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { descriptorOf, encodeJson, sha256 } from "./digest.ts";
import { Layout } from "./layout.ts";
import { parsePublicKey, publicKeyOf, readablePublicKeys } from "./public-key.ts";
import { findSigner, inLayout, isCompanionTag, signatureTag, signImage } from "./signatures.ts";
import { mediaTypes } from "./types.ts";

const pair = (curve = "P-256") => generateKeyPairSync("ec", { namedCurve: curve });
const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
const ours = pair();
const theirs = pair();

describe("signatures beside an image in a layout", () => {
  const digest = sha256(Buffer.from("an image"));
  let dir = "";
  let layout: Layout;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "signatures-"));
    layout = new Layout(dir);
  });
  afterEach(() => rm(dir, { recursive: true }));
  const place = () => inLayout(layout, "acme/shop");
  const keys = [theirs.publicKey, ours.publicKey];

  test("tell which of the keys signed, and are added once", async () => {
    expect(await findSigner(place(), digest, keys)).toEqual({ signatures: 0 });
    expect(await signImage(place(), digest, ours.privateKey)).toMatchObject({ added: true });
    expect(await signImage(place(), digest, ours.privateKey)).toMatchObject({ added: false });
    expect(await findSigner(place(), digest, keys)).toEqual({ signatures: 1, signer: ours.publicKey });
    expect(await findSigner(place(), digest, [theirs.publicKey])).toEqual({ signatures: 1 });
    await signImage(place(), digest, theirs.privateKey);
    expect(await findSigner(place(), digest, [theirs.publicKey])).toMatchObject({ signer: theirs.publicKey });
  });

  test("of one image are none of another, and belong to one repository", async () => {
    await signImage(place(), digest, ours.privateKey);
    const other = sha256(Buffer.from("another image"));
    const bytes = await place().find(signatureTag(digest));
    await place().putManifest(signatureTag(other), bytes ?? Buffer.of());
    expect(await findSigner(place(), other, keys)).toEqual({ signatures: 1 });
    expect(await findSigner(inLayout(layout, "acme/else"), digest, keys)).toEqual({ signatures: 0 });
  });

  test("that were changed count for nothing", async () => {
    await signImage(place(), digest, ours.privateKey);
    const bytes = (await place().find(signatureTag(digest))) ?? Buffer.of();
    const manifest = JSON.parse(Buffer.from(bytes).toString()) as {
      layers: { annotations: Record<string, string> }[];
    };
    for (const { annotations } of manifest.layers)
      for (const name of Object.keys(annotations))
        annotations[name] = Buffer.from("forged").toString("base64");
    const forged = encodeJson(manifest);
    await layout.write(forged);
    await layout.tag(`acme/shop:${signatureTag(digest)}`, descriptorOf(mediaTypes.manifest, forged));
    expect(await findSigner(place(), digest, keys)).toEqual({ signatures: 1 });
  });
});

test("a tag of signatures is told from a tag of an image", () => {
  const digest = sha256(Buffer.of());
  expect(isCompanionTag(signatureTag(digest))).toBe(true);
  for (const tag of ["1.0", "latest", "sha256-short.sig"]) expect(isCompanionTag(tag)).toBe(false);
});

describe("a public key", () => {
  test.for([
    ["ECDSA P-256", ours.publicKey],
    ["ECDSA P-384", pair("P-384").publicKey],
    ["Ed25519", generateKeyPairSync("ed25519").publicKey],
    ["RSA 2048", generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey],
  ] as const)("of %s is taken, and called by the hash of what it is", ([kind, key]) => {
    const read = parsePublicKey(`\n${pem(key).replaceAll("\n", "\r\n")}  `);
    expect(read).toMatchObject({ kind, pem: pem(key) });
    expect(read.fingerprint).toBe(sha256(key.export({ type: "spki", format: "der" })));
    expect(publicKeyOf(key).fingerprint).toBe(read.fingerprint);
  });

  test.for([
    ["a private key", () => ours.privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
    ["a public key with a private one behind it", () => pem(ours.publicKey) + pem(theirs.publicKey)],
    ["a curve that nobody signs images with", () => pem(pair("secp256k1").publicKey)],
    ["a short RSA key", () => pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey)],
    ["a key for other purposes", () => pem(generateKeyPairSync("x25519").publicKey)],
    ["damage", () => pem(ours.publicKey).replace(/\n.{20}/, "\nAAAA")],
    ["anything else", () => "ssh-ed25519 AAAA"],
  ] as [string, () => string][])("is not %s", ([, text]) => {
    expect(() => parsePublicKey(text())).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("that cannot be read is passed over among others, and one given twice counts once", () => {
    const keys = readablePublicKeys([pem(ours.publicKey), "nonsense", pem(ours.publicKey)]);
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual([publicKeyOf(ours.publicKey).fingerprint]);
  });
});
