import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestCluster, type TestCluster } from "../tools/testing/index.ts";

const kubectl = process.env.KUBECTL ?? "kubectl";
const version = spawnSync(kubectl, ["version", "--client", "-o", "json"], { encoding: "utf8" });
const minor = version.status === 0 ? Number.parseInt(JSON.parse(version.stdout).clientVersion.minor, 10) : 0;
if (minor < 28) {
  console.warn("kubectl 1.28 or newer is neither in $KUBECTL nor in PATH: no cluster is tried with it");
}

let cluster: TestCluster;
let home: string;

interface Result {
  code: number | null;
  out: string;
  error: string;
}

function run(args: string[], input = "", environment: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(kubectl, args, {
      env: { ...process.env, HOME: home, KUBECONFIG: cluster.kubeconfig, ...environment },
    });
    const result: Result = { code: null, out: "", error: "" };
    child.stdout.on("data", (chunk) => {
      result.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      result.error += chunk;
    });
    child.on("close", (code) => resolve({ ...result, code }));
    // It may end before it has read any of that.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** Output of a command that must succeed. */
async function ok(args: string, input?: string, environment?: Record<string, string>): Promise<string> {
  const { code, out, error } = await run(args.split(" "), input, environment);
  expect({ args, code, error: code === 0 ? "" : error }).toEqual({ args, code: 0, error: "" });
  return out;
}

const deployment = (replicas: number, name = "web") => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "nginx:1.27", ports: [{ containerPort: 80 }] }] }
`;

describe.runIf(minor >= 28)("kubectl", () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sandbox-kubectl-"));
    cluster = await startTestCluster({ speed: 20 });
  });
  afterAll(async () => {
    await cluster?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("api-resources and explain read discovery and OpenAPI", async () => {
    expect(await ok("api-resources")).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await ok("explain deployment.spec.strategy.rollingUpdate")).toContain("maxSurge\t<IntOrString>");
  });

  it("apply, diff, scale, rollout, label, patch, edit, get, describe, logs and delete carry a Deployment through its life", async () => {
    expect(await ok("apply -f -", deployment(2))).toBe("deployment.apps/web created\n");
    expect(await ok("apply -f -", deployment(2))).toBe("deployment.apps/web unchanged\n");
    const diff = await run(["diff", "-f", "-"], deployment(3));
    expect([diff.code, diff.out]).toEqual([1, expect.stringContaining("+  replicas: 3")]);
    expect(await ok("rollout status deployment/web --timeout=30s")).toContain("successfully rolled out");
    expect(await ok("get deployment web")).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 +\d+s\n/,
    );
    await ok("scale deployment/web --replicas=1");
    expect(await ok("get deployment web -o jsonpath={.spec.replicas}")).toBe("1");
    await ok("set image deployment/web main=nginx:1.28");
    await ok("rollout status deployment/web --timeout=30s");
    expect(await ok("rollout history deployment/web")).toMatch(/\n1 .*\n2 /);
    await ok("rollout undo deployment/web");
    expect(await ok("get deployment web -o jsonpath={..image}")).toBe("nginx:1.27");
    await ok("rollout status deployment/web --timeout=30s");
    await ok("label deployment web tier=front");
    await ok("annotate deployment web note=hello");
    await ok(`patch deployment web --type=json -p=[{"op":"replace","path":"/spec/replicas","value":2}]`);
    await ok("wait --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=30s");
    await ok("edit deployment web", "", { KUBE_EDITOR: "sed -i s/hello/edited/" });
    expect(await ok("get deploy -l tier=front -o jsonpath={..note}")).toBe("edited");
    expect(await ok("describe deployment web")).toContain(
      "RollingUpdateStrategy:  25% max unavailable, 25% max surge",
    );
    expect(await ok("describe pods -l app=web --show-events")).toContain("Successfully assigned");
    expect(await ok("logs deployment/web")).toContain("simulated");
    expect(await ok("get pods --field-selector=status.phase=Running --no-headers")).toMatch(/1\/1 +Running/);
    await ok("delete deployment web --cascade=foreground");
    expect(await ok("get pods,replicasets -l app=web")).toBe("");
  });

  it("apply --server-side tells whose field it would take, and takes it when forced", async () => {
    await ok("apply --server-side --field-manager=one -f -", deployment(1, "shared"));
    const refused = await run(
      ["apply", "--server-side", "--field-manager=two", "-f", "-"],
      deployment(2, "shared"),
    );
    expect(refused.error).toContain('conflict with "one": .spec.replicas');
    await ok("apply --server-side --field-manager=two --force-conflicts -f -", deployment(2, "shared"));
    expect(await ok("get deployment shared --show-managed-fields -o yaml")).toContain("manager: two");
    await ok("delete deployment shared");
  });

  it("create makes what its generators make, from typed messages", async () => {
    await ok("create namespace made");
    await ok("create configmap c -n made --from-literal=a=b");
    await ok("create secret generic s -n made --from-literal=password=x");
    await ok("create role reader -n made --verb=get,list --resource=pods");
    await ok("create rolebinding readers -n made --role=reader --serviceaccount=made:default");
    await ok("create quota q -n made --hard=pods=2");
    await ok("create job once -n made --image=busybox -- true");
    await ok("wait --for=condition=Complete job/once -n made --timeout=30s");
    expect(await ok("get secret s -n made -o jsonpath={.data.password}")).toBe("eA==");
    expect(await ok("auth can-i list pods -n made --as=system:serviceaccount:made:default")).toBe("yes\n");
    const no = await run("auth can-i delete pods -n made --as=system:serviceaccount:made:default".split(" "));
    expect(no.out).toBe("no\n");
    expect(await ok("create token default -n made")).toMatch(/^ey/);
    await ok("delete namespace made");
    expect((await run(["get", "namespace", "made"])).error).toContain('namespaces "made" not found');
  });

  it("is told plainly what is wrong", async () => {
    const misspelt = await run(["apply", "-f", "-"], deployment(1).replace("replicas", "replicaz"));
    expect(misspelt.error).toContain('unknown field "spec.replicaz"');
    const unnamed = await run(["create", "configmap", "Not_A_Name"]);
    expect(unnamed.error).toContain("a lowercase RFC 1123 subdomain must consist of");
    expect((await run(["get", "pod", "absent"])).error).toContain('pods "absent" not found');
    const denied = await run(["get", "secrets", "--as=system:serviceaccount:default:default"]);
    expect(denied.error).toContain(
      'cannot list resource "secrets" in API group "" in the namespace "default"',
    );
  });
});
