// Runs both processes of a built container image as its user on a read-only root, against a fresh control plane:
//   buildah bud -t sealos-hub:check . && node deploy/image/check.ts sealos-hub:check
// Needs Linux, root, and an image in buildah's local storage. Nothing is pulled or left behind.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Cluster } from "../../lib/cluster/index.ts";
import { prepareCluster } from "../../lib/manager/testing/cluster.ts";
import { writeAccountKubeconfig } from "../../scripts/start/bootstrap.ts";
import { freePort, startCluster } from "../../tools/cluster/index.ts";

interface Config {
  User: string;
  Cmd: string[];
  Env: string[];
  WorkingDir: string;
  Labels: Record<string, string>;
}

/**
 * What a kubelet does for a container of the chart, as far as one shell can: nothing can be written but /tmp, the user is
 * the image's, no capability is left and none can be gained.
 */
const CONTAINER = `
mount --bind "$ROOT" "$ROOT" && mount -o remount,ro,bind "$ROOT" && mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp" &&
mount -t proc proc "$ROOT/proc" && mount --rbind /dev "$ROOT/dev" &&
install -o 1000 -g 1000 -m 400 "$CREDENTIALS" "$ROOT/tmp/kubeconfig" &&
exec setpriv --no-new-privs chroot --userspec=1000:1000 "$ROOT" "$@"`;

const say = (line: string) => process.stdout.write(`${line}\n`);
const buildah = (...args: string[]) => execFileSync("buildah", args, { encoding: "utf8" }).trim();

function must(what: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${what}`);
  say(`✓ ${what}`);
}

async function answers(what: string, url: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await delay(200)) {
    if (child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}`);
    const fine = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (fine) return must(`${what} answers ${new URL(url).pathname}`, true);
  }
  throw new Error(`${what} does not answer ${url}`);
}

async function check(image: string): Promise<void> {
  const { config } = (
    JSON.parse(buildah("inspect", "--type", "image", image)) as { OCIv1: { config: Config } }
  ).OCIv1;
  must("the user is 1000:1000", config.User === "1000:1000");
  must("the web server is what runs by itself", config.Cmd.join(" ") === "node lib/web/main.ts");
  for (const label of ["title", "description", "licenses", "version", "revision"])
    must(`the label ${label} is there`, Boolean(config.Labels[`org.opencontainers.image.${label}`]));

  const directory = mkdtempSync(join(tmpdir(), "hub-image-"));
  const container = buildah("from", "--pull-never", image);
  const control = await startCluster({ nodes: "none" });
  const children: ChildProcess[] = [];
  try {
    const root = buildah("mount", container);
    const admin = Cluster.fromKubeconfig(control.kubeconfig);
    await prepareCluster(admin);
    const run = async (account: string, command: string[], env: Record<string, string>) => {
      const credentials = join(directory, account);
      await writeAccountKubeconfig(admin, account, credentials, {
        namespace: "sealos-system",
        like: control.kubeconfig,
      });
      const all = { KUBECONFIG: "/tmp/kubeconfig", METRICS_HOST: "127.0.0.1", ...env };
      const variables = [...config.Env, ...Object.entries(all).map(([name, value]) => `${name}=${value}`)];
      const within = ["/usr/bin/env", "-i", "-C", config.WorkingDir, ...variables, ...command];
      const child = spawn("unshare", ["--mount", "sh", "-c", CONTAINER, "sh", ...within], {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, ROOT: root, CREDENTIALS: credentials },
      });
      children.push(child);
      return child;
    };
    const ports = {
      manager: String(await freePort()),
      web: String(await freePort()),
      pages: String(await freePort()),
    };
    const manager = await run("manager", ["node", "lib/manager/main.ts"], { METRICS_PORT: ports.manager });
    const web = await run("web", config.Cmd, { METRICS_PORT: ports.web, PORT: ports.pages });
    await answers("the manager", `http://127.0.0.1:${ports.manager}/readyz`, manager);
    await answers("the web server", `http://127.0.0.1:${ports.pages}/healthz`, web);
    await answers("the web server", `http://127.0.0.1:${ports.pages}/readyz`, web);
    await answers("the sign-in page", `http://127.0.0.1:${ports.pages}/signin`, web);
    const { items } = await admin.list({ apiVersion: "hub.sealos.io/v1alpha1", kind: "Image" });
    must("the images that ship are in the catalogue", items.length > 5);
  } finally {
    // Each program of the chain became the next, so this is the process in the container itself.
    for (const child of children) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    await control.stop();
    buildah("rm", container);
    rmSync(directory, { recursive: true, force: true });
  }
}

const [image] = process.argv.slice(2);
if (!image) {
  process.stderr.write("Name an image: node deploy/image/check.ts IMAGE\n");
  process.exit(2);
}
await check(image);
process.exit();
