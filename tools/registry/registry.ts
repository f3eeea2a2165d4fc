import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensurePackages } from "../debian.ts";
import { startTokenIssuer } from "./tokens.ts";

/** Who may push and pull, where somebody must say who they are. */
export const PUBLISHER = { username: "publisher", password: "correct-horse" };
/** The above, as `htpasswd -B` writes it. */
const HTPASSWD = "publisher:$2y$05$6XP5ON0ITCQeTsfgy8QlP.Zat4ssgP2IY4NZXlTm9LrCCh8Xe.NDS\n";

export interface TestRegistry {
  /** `127.0.0.1:port` */
  host: string;
  /** Lines of its access log: method, path and status are in them. */
  log: string[];
  stop(): Promise<void>;
}

/** Why Debian's registry and the clients that tests compare with cannot run here, and the way out. */
export function registryMissing(): string | undefined {
  const files = {
    "/usr/bin/docker-registry": "docker-registry",
    "/usr/bin/skopeo": "skopeo",
    "/usr/bin/buildah": "buildah",
  };
  return ensurePackages(files, (line) => process.stderr.write(`${line}\n`));
}

/**
 * Debian's docker-registry on a free port of this machine, with what it stores in a folder that goes with it. `notify`
 * gets its notifications, with `secret` as a bearer token.
 */
export async function startRegistry(
  options: { auth?: "basic" | "token"; notify?: { url: string; secret: string } } = {},
): Promise<TestRegistry> {
  const dir = await mkdtemp(join(tmpdir(), "hub-registry-"));
  const issuer = options.auth === "token" ? await startTokenIssuer(dir, PUBLISHER) : undefined;
  await writeFile(join(dir, "htpasswd"), HTPASSWD);
  const { notify } = options;
  const config = {
    version: "0.1",
    log: { level: "info", accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(dir, "data") }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0", secret: "for-tests" },
    ...(options.auth === "basic"
      ? { auth: { htpasswd: { realm: "test", path: join(dir, "htpasswd") } } }
      : {}),
    ...(issuer ? { auth: { token: issuer.config } } : {}),
    ...(notify
      ? {
          notifications: {
            endpoints: [
              {
                name: "hub",
                url: notify.url,
                headers: { Authorization: [`Bearer ${notify.secret}`] },
                timeout: "2s",
                threshold: 3,
                backoff: "1s",
              },
            ],
          },
        }
      : {}),
  };
  // JSON is YAML.
  await writeFile(join(dir, "config.yml"), JSON.stringify(config));
  const child = spawn("/usr/bin/docker-registry", ["serve", join(dir, "config.yml")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`docker-registry ended with ${code}: ${log.join("\n")}`)));
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      log.push(line);
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port) resolve(port);
    });
  const host = `127.0.0.1:${await promise}`;
  return {
    host,
    log,
    async stop() {
      child.kill();
      await Promise.all([ended, issuer?.close()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Runs skopeo or buildah; its output, or an error with what it said. */
export function run(program: "skopeo" | "buildah", args: string[], env: Record<string, string> = {}): string {
  return execFileSync(`/usr/bin/${program}`, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
