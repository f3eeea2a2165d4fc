import { createPublicKey, generateKeyPairSync, randomBytes, scryptSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../lib/context.ts";
import { Output } from "../lib/output.ts";
import { readPrivateKey } from "./keys.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "hub-keys-"));
});
afterAll(() => rm(dir, { recursive: true }));

function contextWith(given: Record<string, string>): Context {
  const env = given as NodeJS.ProcessEnv;
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const out = new Output(streams, { json: false, language: "en", env });
  return { out, language: "en", env, cwd: dir, signal: new AbortController().signal, json: false };
}

/** As cosign writes it: PKCS 8 in a secretbox under a key that scrypt makes of the password. */
function asCosign(password: string): string {
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const params = { N: 1024, r: 8, p: 1 };
  const key = scryptSync(password, salt, 32, params);
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  const ciphertext = Buffer.from(xsalsa20poly1305(key, nonce).encrypt(der)).toString("base64");
  const body = {
    kdf: { name: "scrypt", params, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext,
  };
  const lines = Buffer.from(JSON.stringify(body)).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${lines}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

describe("a private key", () => {
  const passphrase = { cipher: "aes-256-cbc", passphrase: "right" } as const;
  it.each([
    ["in the form of cosign", () => asCosign("right")],
    ["in PEM", () => privateKey.export({ format: "pem", type: "pkcs8" })],
    ["in PEM with a password", () => privateKey.export({ format: "pem", type: "pkcs8", ...passphrase })],
    ["in the older form of openssl", () => privateKey.export({ format: "pem", type: "sec1" })],
  ])("%s is read", async (_name, text) => {
    await writeFile(join(dir, "key"), text());
    const read = await readPrivateKey(contextWith({ COSIGN_PASSWORD: "right" }), "key");
    expect(createPublicKey(read).equals(publicKey)).toBe(true);
  });

  it("with a wrong password is not, nor is what is none", async () => {
    await writeFile(join(dir, "key"), asCosign("right"));
    await expect(readPrivateKey(contextWith({ COSIGN_PASSWORD: "wrong" }), "key")).rejects.toThrow(
      "the password is wrong",
    );
    await writeFile(join(dir, "key"), "hello");
    await expect(readPrivateKey(contextWith({}), "key")).rejects.toThrow("key is no private key");
    await expect(readPrivateKey(contextWith({}), "absent")).rejects.toThrow("There is no absent");
  });
});
