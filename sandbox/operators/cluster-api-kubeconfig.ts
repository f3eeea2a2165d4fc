// The library below needs its polyfill loaded first.
import "reflect-metadata";
import { randomBytes } from "node:crypto";
import {
  BasicConstraintsExtension,
  type Extension,
  PemConverter,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { stringify } from "yaml";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEAR_MS = 365 * 86_400_000;

/** A cluster's certificate authority and the kubeconfig of its administrator, all PEM and text. */
export interface Credentials {
  cert: string;
  key: string;
  kubeconfig: string;
}

/** Makes what kubeadm and the control plane provider make for a cluster at `server`: a user `<cluster>-admin`. */
export async function makeCredentials(cluster: string, server: string): Promise<Credentials> {
  const authority = await generate();
  const ca = await certificate("kubernetes", [], authority, undefined, [
    new BasicConstraintsExtension(true, undefined, true),
  ]);
  const keys = await generate();
  const client = await certificate("kubernetes-admin", ["system:masters"], keys, {
    cert: ca,
    keys: authority,
  });
  const user = `${cluster}-admin`;
  const context = `${user}@${cluster}`;
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const kubeconfig = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: cluster, cluster: { server, "certificate-authority-data": encoded(ca.toString("pem")) } },
    ],
    contexts: [{ name: context, context: { cluster, user } }],
    "current-context": context,
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": encoded(client.toString("pem")),
          "client-key-data": encoded(await pem(keys.privateKey)),
        },
      },
    ],
  });
  return { cert: ca.toString("pem"), key: await pem(authority.privateKey), kubeconfig };
}

function certificate(
  name: string,
  groups: string[],
  keys: CryptoKeyPair,
  issuer?: { cert: X509Certificate; keys: CryptoKeyPair },
  extensions: Extension[] = [],
): Promise<X509Certificate> {
  const subject = [{ CN: [name] }, ...groups.map((group) => ({ O: [group] }))];
  return X509CertificateGenerator.create({
    subject,
    issuer: issuer?.cert.subjectName ?? subject,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: ALGORITHM,
    // A leading zero bit keeps the number positive.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore: new Date(),
    notAfter: new Date(Date.now() + YEAR_MS),
    extensions,
  });
}

const generate = () => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

async function pem(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
