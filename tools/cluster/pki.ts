import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Authority,
  createAuthority,
  createTokenKeys,
  type KeyPair,
  type Subject,
} from "./certificates.ts";
import type { ControlPlanePaths } from "./control-plane.ts";
import { kubeconfig } from "./kubeconfig.ts";

export interface Pki extends ControlPlanePaths {
  authority: Authority;
  /** Signs a pair and writes it as `<file>.crt` and `<file>.key`. */
  issue(file: string, subject: Subject): Promise<KeyPair>;
  /** Writes a kubeconfig for a client, in `kubeconfig(file)`. */
  grant(file: string, subject: Subject): Promise<string>;
}

const ADMINISTRATORS = "system:masters";

/**
 * Makes what a control plane needs to trust itself, below `dir`: authorities, certificates, keys, and kubeconfigs for its
 * components and the administrator. `url`: the API server's; `hosts`: names and addresses it answers under.
 */
export async function writePki(dir: string, url: string, hosts: string[]): Promise<Pki> {
  const pki = (name: string) => join(dir, "pki", name);
  const path = (name: string) => (name === "admin" ? join(dir, "kubeconfig") : pki(`${name}.kubeconfig`));
  await mkdir(join(dir, "pki"), { recursive: true, mode: 0o700 });
  const write = (file: string, text: string) => writeFile(file, text, { mode: 0o600 });
  const [authority, frontProxy, tokens] = await Promise.all([
    createAuthority("cluster"),
    createAuthority("front-proxy"),
    createTokenKeys(),
  ]);
  const issueBy = async (by: Authority, file: string, subject: Subject) => {
    const pair = await by.sign(subject);
    await Promise.all([write(pki(`${file}.crt`), pair.cert), write(pki(`${file}.key`), pair.key)]);
    return pair;
  };
  const issue = (file: string, subject: Subject) => issueBy(authority, file, subject);
  const grant = async (file: string, subject: Subject) => {
    const pair = await authority.sign(subject);
    await write(path(file), kubeconfig(url, authority.cert, subject.name, pair));
    return path(file);
  };
  await Promise.all([
    write(pki("ca.crt"), authority.cert),
    write(pki("front-proxy-ca.crt"), frontProxy.cert),
    write(pki("sa.key"), tokens.privateKey),
    write(pki("sa.pub"), tokens.publicKey),
    issue("apiserver", { name: "kube-apiserver", hosts }),
    issue("apiserver-kubelet-client", { name: "kube-apiserver-kubelet-client", groups: [ADMINISTRATORS] }),
    issueBy(frontProxy, "front-proxy-client", { name: "front-proxy-client" }),
    grant("admin", { name: "admin", groups: [ADMINISTRATORS] }),
    grant("controller-manager", { name: "system:kube-controller-manager" }),
    grant("scheduler", { name: "system:kube-scheduler" }),
  ]);
  return { dir, pki, kubeconfig: path, authority, issue, grant };
}
