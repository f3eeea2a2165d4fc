import { globSync } from "node:fs";

export type Kind = "mariadb" | "postgres" | "redis";

export interface Database {
  /** On 127.0.0.1. */
  port: number;
  /** Where MariaDB's root signs in without a password. */
  socket: string;
  password: string;
}

/** Files, or patterns of them, of each kind of server, and the Debian packages that bring them. */
export const FILES: Record<Kind, Record<string, string>> = {
  mariadb: {
    "/usr/sbin/mariadbd": "mariadb-server-core",
    "/usr/bin/mariadb-install-db": "mariadb-server-core",
    "/usr/bin/mariadb": "mariadb-client-core",
  },
  postgres: { "/usr/lib/postgresql/*/bin/postgres": "postgresql", "/usr/bin/psql": "postgresql-client" },
  redis: { "/usr/bin/redis-server": "redis-server", "/usr/bin/redis-cli": "redis-tools" },
};

/** Path of a program that stands beside the PostgreSQL server, of the newest version there is. */
export function postgresProgram(name: string): string {
  const version = (path: string) => Number(path.split("/")[4]);
  const [newest] = globSync(`/usr/lib/postgresql/*/bin/${name}`).sort((a, b) => version(b) - version(a));
  if (!newest) throw new Error(`There is no ${name} of PostgreSQL.`);
  return newest;
}
