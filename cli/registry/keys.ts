import { createPrivateKey, createPublicKey, type KeyObject, scryptSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { z } from "zod";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { readPassword } from "./password.ts";

/** What cosign writes its private keys as. */
const ENCRYPTED = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([\s\S]+?)-----END/;
const encryptedKey = z.object({
  kdf: z.object({
    name: z.literal("scrypt"),
    params: z.object({
      N: z
        .number()
        .int()
        .min(2)
        .max(2 ** 20),
      r: z.number().int().min(1).max(32),
      p: z.number().int().min(1).max(16),
    }),
    salt: z.string(),
  }),
  cipher: z.object({ name: z.literal("nacl/secretbox"), nonce: z.string() }),
  ciphertext: z.string(),
});

/** A private key in PEM, or as cosign keeps it; its password is `COSIGN_PASSWORD`, or asked for. */
export async function readPrivateKey(context: Context, path: string): Promise<KeyObject> {
  const text = await readKeyFile(context, path);
  const encrypted = ENCRYPTED.exec(text)?.[1];
  const protectedPem = encrypted !== undefined || /ENCRYPTED/.test(text);
  const password = protectedPem
    ? (context.env.COSIGN_PASSWORD ?? (await readPassword(context.out.say(["Password: ", "密码："]), false)))
    : "";
  try {
    if (encrypted === undefined)
      return createPrivateKey({ key: text, ...(protectedPem ? { passphrase: password } : {}) });
    return createPrivateKey({ key: decrypted(encrypted, password), format: "der", type: "pkcs8" });
  } catch (cause) {
    throw new CommandError(
      protectedPem
        ? [
            "{path} cannot be opened: the password is wrong, or this is no key.",
            "无法打开 {path}：密码错误，或不是密钥。",
          ]
        : ["{path} is no private key.", "{path} 不是私钥。"],
      { params: { path }, cause },
    );
  }
}

function decrypted(base64: string, password: string): Buffer {
  const { kdf, cipher, ciphertext } = encryptedKey.parse(
    JSON.parse(Buffer.from(base64, "base64").toString("utf8")),
  );
  const { N, r, p } = kdf.params;
  const key = scryptSync(password, Buffer.from(kdf.salt, "base64"), 32, { N, r, p, maxmem: 256 * N * r });
  const box = xsalsa20poly1305(key, Buffer.from(cipher.nonce, "base64"));
  return Buffer.from(box.decrypt(Buffer.from(ciphertext, "base64")));
}

export async function readPublicKey(context: Context, path: string): Promise<KeyObject> {
  const text = await readKeyFile(context, path);
  try {
    return createPublicKey(text);
  } catch (cause) {
    throw new CommandError(["{path} is no public key.", "{path} 不是公钥。"], { params: { path }, cause });
  }
}

async function readKeyFile({ cwd }: Context, path: string): Promise<string> {
  return readFile(resolve(cwd, path), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new CommandError(["There is no {path}.", "{path} 不存在。"], {
      params: { path },
      exit: "not-found",
    });
  });
}
