import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAuthority } from "../cluster/certificates.ts";
import { freePort } from "../cluster/ports.ts";
import { ProcessGroup } from "../cluster/process/group.ts";
import { ensurePackages } from "../debian.ts";
import { type Database, FILES, type Kind, postgresProgram } from "./packages.ts";

const run = promisify(execFile);
/** Whom servers run as where this process is root, which some refuse to be. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** A database server of this machine, for one test file. */
export interface DatabaseServer extends Database {
  stop(): Promise<void>;
}

/** Why these servers cannot run here, and the way out; they are installed where that is possible. */
export function databasesMissing(...kinds: Kind[]): string | undefined {
  const files = Object.assign({}, ...kinds.map((kind) => FILES[kind])) as Record<string, string>;
  return ensurePackages(files, (line) => process.stderr.write(`${line}\n`));
}

/** What a kind of server needs: how its data is made, how it is started, and whether it answers. */
interface Recipe {
  prepare?(place: Place): Promise<unknown>;
  command(place: Place): Promise<string[]> | string[];
  ready(place: Place): Promise<unknown>;
}

interface Place extends Database {
  dir: string;
  /** Runs a program as whoever the server is. */
  as(program: string, ...args: string[]): Promise<unknown>;
}

const RECIPES: Record<Kind, Recipe> = {
  mariadb: {
    prepare: ({ dir, as }) =>
      as(
        "mariadb-install-db",
        ...["--no-defaults", `--datadir=${dir}/data`, "--skip-test-db", "--skip-name-resolve"],
        "--auth-root-authentication-method=normal",
      ),
    command: ({ dir, port }) => [
      "/usr/sbin/mariadbd",
      ...["--no-defaults", `--datadir=${dir}/data`, `--socket=${dir}/socket`, `--port=${port}`],
      ...["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=16M"],
    ],
    ready: ({ dir }) =>
      run("mariadb", ["--no-defaults", "--user=root", `--socket=${dir}/socket`, "-e", "select 1"]),
  },
  postgres: {
    async prepare({ dir, as, password }) {
      await writeFile(join(dir, "password"), password);
      await as(
        postgresProgram("initdb"),
        ...["-D", `${dir}/data`, "-U", "postgres", "-A", "scram-sha-256", "--no-sync"],
        `--pwfile=${dir}/password`,
      );
    },
    async command({ dir, port }) {
      const { cert, key } = await (await createAuthority("databases")).sign({
        name: "server",
        hosts: ["127.0.0.1"],
      });
      await own(join(dir, "server.crt"), cert);
      await own(join(dir, "server.key"), key);
      const set = {
        ...{ port, listen_addresses: "127.0.0.1", unix_socket_directories: dir, fsync: "off", ssl: "on" },
        ...{ ssl_cert_file: join(dir, "server.crt"), ssl_key_file: join(dir, "server.key") },
      };
      const options = Object.entries(set).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      return [postgresProgram("postgres"), "-D", `${dir}/data`, ...options];
    },
    ready: ({ port }) => run(postgresProgram("pg_isready"), ["-h", "127.0.0.1", "-p", String(port)]),
  },
  redis: {
    command: ({ dir, port, password }) => [
      "/usr/bin/redis-server",
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", dir, "--save", ""],
      ...(password ? ["--requirepass", password] : []),
    ],
    ready: ({ port }) => run("/usr/bin/redis-cli", ["-p", String(port), "PING"]),
  },
};

/**
 * Starts a server on a free port of 127.0.0.1, with data of its own that goes with it. `password` is that of `postgres`, or
 * Redis' own, where an empty one is none; MariaDB's root has none over the socket.
 */
export async function startDatabase(kind: Kind, password = "first"): Promise<DatabaseServer> {
  const dir = await mkdtemp(join(tmpdir(), `hub-${kind}-`));
  const group = await ProcessGroup.create();
  group.own(dir);
  await chmod(dir, 0o711);
  if (isRoot) await chown(dir, NOBODY, NOBODY);
  const [drop, ...flags] = isRoot
    ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"]
    : ["env"];
  const place: Place = {
    ...{ dir, password, port: await freePort(), socket: join(dir, "socket") },
    as: (program, ...args) => run(drop as string, [...flags, program, ...args], { cwd: dir }),
  };
  const recipe = RECIPES[kind];
  try {
    await recipe.prepare?.(place);
    await group.start(kind, {
      ...{ program: drop as string, args: [...flags, ...(await recipe.command(place))] },
      ...{ cwd: dir, log: join(dir, "log"), env: { PATH: process.env.PATH ?? "" } },
      ready: () =>
        recipe.ready(place).then(
          () => true,
          () => false,
        ),
    });
  } catch (error) {
    await group.stop();
    throw error;
  }
  const { port, socket } = place;
  return { port, socket, password, stop: () => group.stop() };
}

/** A file of the server's that nobody else may read. */
async function own(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (isRoot) await chown(file, NOBODY, NOBODY);
}
