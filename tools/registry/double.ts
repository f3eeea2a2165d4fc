import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sha256 } from "../../lib/oci/index.ts";

export interface Asked {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage["headers"];
}

/** Answers instead of the registry, or does something before it. True when it has answered. */
export type Fault = (asked: Asked, response: ServerResponse) => boolean | undefined;

/** A registry in memory that can be told to misbehave, and remembers what it was asked. */
export interface RegistryDouble {
  /** `127.0.0.1:port` */
  host: string;
  asked: Asked[];
  /** By digest; repositories share them. */
  blobs: Map<string, Buffer>;
  /** By `repository/manifests/reference`. */
  manifests: Map<string, { mediaType: string; bytes: Buffer }>;
  fault?: Fault;
  close(): Promise<void>;
}

export async function startDouble(): Promise<RegistryDouble> {
  const uploads = new Map<string, Buffer>();
  const double: RegistryDouble = {
    host: "",
    asked: [],
    blobs: new Map(),
    manifests: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer(async (request, response) => {
    const asked = { method: request.method ?? "", path: request.url ?? "", headers: request.headers };
    double.asked.push(asked);
    request.on("error", () => response.destroy());
    if (double.fault?.(asked, response)) {
      request.resume();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answer(double, uploads, asked, Buffer.concat(chunks), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  double.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return double;
}

function answer(
  { blobs, manifests }: RegistryDouble,
  uploads: Map<string, Buffer>,
  { method, path, headers }: Asked,
  body: Buffer,
  response: ServerResponse,
): void {
  const url = new URL(path, "http://double");
  const end = (status: number, more: Record<string, string> = {}, data?: Buffer | string) =>
    response.writeHead(status, more).end(method === "HEAD" ? undefined : data);
  const unknown = (code: string) =>
    end(404, { "content-type": "application/json" }, JSON.stringify({ errors: [{ code, message: code }] }));
  const [, repository = "", kind = "", rest = ""] =
    /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
  if (url.pathname === "/v2/") return void end(200, {}, "{}");
  if (kind === "tags")
    return void end(200, {}, JSON.stringify({ name: repository, tags: tagsOf(manifests, repository) }));
  if (kind === "manifests" && method === "PUT") {
    const digest = sha256(body);
    const found = { mediaType: headers["content-type"] ?? "", bytes: body };
    for (const name of [rest, digest]) manifests.set(`${repository}/manifests/${name}`, found);
    return void end(201, { "docker-content-digest": digest });
  }
  if (kind === "manifests") {
    const found = manifests.get(`${repository}/manifests/${rest}`);
    if (!found) return void unknown("MANIFEST_UNKNOWN");
    const digest = sha256(found.bytes);
    if (headers["if-none-match"] === `"${digest}"`) return void end(304);
    const size = String(found.bytes.byteLength);
    const more = { "content-type": found.mediaType, "content-length": size, "docker-content-digest": digest };
    return void end(200, { ...more, etag: `"${digest}"` }, found.bytes);
  }
  if (kind === "blobs" && rest.startsWith("uploads/")) {
    const id = rest.slice("uploads/".length) || randomUUID();
    const held = uploads.get(id) ?? Buffer.alloc(0);
    const location = `/v2/${repository}/blobs/uploads/${id}`;
    if (method === "GET") return void end(204, { location, range: `0-${Math.max(0, held.byteLength - 1)}` });
    const mount = url.searchParams.get("mount");
    if (method === "POST" && mount && blobs.has(mount)) return void end(201, { location });
    const start = Number(/^(\d+)-/.exec(headers["content-range"] ?? "")?.[1] ?? held.byteLength);
    if (start !== held.byteLength) return void end(416, { location });
    const now = Buffer.concat([held, body]);
    uploads.set(id, now);
    if (method !== "PUT") return void end(202, { location, range: `0-${Math.max(0, now.byteLength - 1)}` });
    if (sha256(now) !== url.searchParams.get("digest"))
      return void end(400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
    blobs.set(sha256(now), now);
    return void end(201, { location });
  }
  const blob = kind === "blobs" ? blobs.get(rest) : undefined;
  if (!blob) return void unknown("BLOB_UNKNOWN");
  end(200, { "content-length": String(blob.byteLength) }, blob);
}

function tagsOf(manifests: RegistryDouble["manifests"], repository: string): string[] {
  const prefix = `${repository}/manifests/`;
  return [...manifests.keys()]
    .filter((key) => key.startsWith(prefix) && !key.includes("sha256:"))
    .map((key) => key.slice(prefix.length));
}
