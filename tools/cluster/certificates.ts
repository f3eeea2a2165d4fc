// The library below needs its polyfill loaded first.
import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface Subject {
  /** Common name: the user, for a client. */
  name: string;
  /** Organizations: the groups, for a client. */
  groups?: string[];
  /** Host names and IP addresses that a server answers under. */
  hosts?: string[];
}

export interface Authority {
  /** The authority's certificate, PEM. */
  cert: string;
  /** Signs a certificate for a server, a client, or both. */
  sign(subject: Subject): Promise<KeyPair>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

/** A certificate authority of its own, valid from an hour ago for a year. Its key never leaves this process. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await generate();
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
        true,
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: cert.toString("pem"), sign: (subject) => sign(cert, keys.privateKey, subject) };
}

async function sign(issuer: X509Certificate, signingKey: CryptoKey, subject: Subject): Promise<KeyPair> {
  const { name, groups = [], hosts = [] } = subject;
  const keys = await generate();
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
  ];
  if (hosts.length > 0) {
    const names = hosts.map((host) => ({
      type: isIP(host) ? ("ip" as const) : ("dns" as const),
      value: host,
    }));
    extensions.push(new SubjectAlternativeNameExtension(names));
  }
  const cert = await X509CertificateGenerator.create({
    ...validity(),
    subject: [{ CN: [name] }, ...groups.map((group) => ({ O: [group] }))],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions,
  });
  return { cert: cert.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** An RSA key pair that signs and verifies service accounts' tokens, PEM. */
export async function createTokenKeys(): Promise<{ privateKey: string; publicKey: string }> {
  const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 };
  const keys = await crypto.subtle.generateKey({ ...rsa, publicExponent: new Uint8Array([1, 0, 1]) }, true, [
    "sign",
    "verify",
  ]);
  const spki = await crypto.subtle.exportKey("spki", keys.publicKey);
  return { privateKey: await exportKey(keys.privateKey), publicKey: PemConverter.encode(spki, "PUBLIC KEY") };
}

function generate(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function exportKey(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

function validity() {
  const now = Date.now();
  return {
    // A leading zero bit keeps the number positive.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore: new Date(now - DAY_MS / 24),
    notAfter: new Date(now + 365 * DAY_MS),
  };
}
