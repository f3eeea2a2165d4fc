import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inClusterEndpoint, kubeconfigEndpoint } from "./credentials.ts";

let folder: string;
let kubeconfig: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "credentials-"));
  kubeconfig = join(folder, "kubeconfig");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function endpoint(user: object, cluster: object = {}) {
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:6443", ...cluster } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
  );
  return kubeconfigEndpoint(kubeconfig);
}

describe("credentials", () => {
  test("follow a token file", async () => {
    await writeFile(join(folder, "token"), "first\n");
    const { credentials } = await endpoint({ tokenFile: "token" });
    expect((await credentials()).headers.authorization).toBe("Bearer first");
    await writeFile(join(folder, "token"), "second\n");
    expect((await credentials()).headers.authorization).toBe("Bearer second");
  });

  test("of a pod follow its token, which the kubelet writes anew before it expires", async () => {
    const account = join(folder, "var/run/secrets/kubernetes.io/serviceaccount");
    await mkdir(account, { recursive: true });
    for (const file of ["token", "ca.crt", "namespace"]) await writeFile(join(account, file), "first");
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    vi.stubEnv("KUBERNETES_SERVICE_PORT", "443");
    const { url, credentials } = inClusterEndpoint(folder);
    expect(url).toBe("https://10.0.0.1");
    expect((await credentials()).headers.authorization).toBe("Bearer first");
    await writeFile(join(account, "token"), "second");
    expect((await credentials()).headers.authorization).toBe("Bearer second");
    await writeFile(join(account, "ca.crt"), "renewed");
    expect(String((await credentials()).tls.ca)).toBe("renewed");
  });

  test("come from an exec plugin", async () => {
    const status = { token: "from-a-plugin" };
    const answer = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
    const { credentials } = await endpoint({
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: process.execPath,
        args: ["-p", `'${JSON.stringify(answer)}'`],
        interactiveMode: "Never",
      },
    });
    expect((await credentials()).headers.authorization).toBe("Bearer from-a-plugin");
  });

  test("carry authority and client certificate, read again each time", async () => {
    const paths = { ca: join(folder, "ca"), cert: join(folder, "cert"), key: join(folder, "key") };
    for (const path of Object.values(paths)) await writeFile(path, "old");
    const { credentials } = await endpoint(
      { "client-certificate": paths.cert, "client-key": paths.key },
      { "certificate-authority": paths.ca, "tls-server-name": "kubernetes" },
    );
    const before = (await credentials()).tls;
    expect([before.ca, before.cert, before.key].map(String)).toEqual(["old", "old", "old"]);
    expect(before.servername).toBe("kubernetes");
    await writeFile(paths.ca, "new");
    expect(String((await credentials()).tls.ca)).toBe("new");
  });
});
