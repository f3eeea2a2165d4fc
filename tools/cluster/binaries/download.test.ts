import { createHash } from "node:crypto";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProgramName, programs, sourceOf } from "./catalogue.ts";
import { checksumIn, download } from "./download.ts";
import { releaseOf } from "./releases.ts";

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const program = Buffer.from("#!/bin/sh\necho hello\n");

describe("download", () => {
  const files = new Map<string, Buffer>();
  let server: Server;
  let dir: string;
  let url: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "download-"));
    const archive = pack();
    archive.entry({ name: "tool-1/README.md" }, "no program");
    archive.entry({ name: "tool-1/tool" }, program);
    archive.finalize();
    const tar = gzipSync(await buffer(archive));
    files.set("/tool", program);
    files.set("/tool.sha256", Buffer.from(sha256(program)));
    files.set("/forged.sha256", Buffer.from("0".repeat(64)));
    files.set("/tool.tar.gz", tar);
    files.set("/SHA256SUMS", Buffer.from(`${"1".repeat(64)}  other.tar.gz\n${sha256(tar)}  tool.tar.gz\n`));
    server = createServer((request, response) => {
      const file = files.get(request.url ?? "");
      response.writeHead(file ? 200 : 404).end(file);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await rm(dir, { recursive: true });
  });

  it("writes a program that can be run", async () => {
    const target = join(dir, "new", "tool");
    await download({ url: `${url}/tool`, checksums: `${url}/tool.sha256` }, target);
    expect(await readFile(target)).toEqual(program);
    expect((await stat(target)).mode & 0o111).toBe(0o111);
  });

  it("takes a program out of an archive whose checksum is one of many", async () => {
    const target = join(dir, "packed");
    const release = { url: `${url}/tool.tar.gz`, checksums: `${url}/SHA256SUMS`, entry: "tool-1/tool" };
    await download(release, target);
    expect(await readFile(target)).toEqual(program);
  });

  it.each([
    ["whose checksum differs", { url: "/tool", checksums: "/forged.sha256" }, /has the checksum .* not 0000/],
    [
      "that is not there",
      { url: "/absent", checksums: "/tool.sha256" },
      /cannot be fetched: it answered 404/,
    ],
    ["of another's checksum", { url: "/tool", checksums: "/SHA256SUMS" }, /has no checksum of tool/],
    [
      "without the program",
      { url: "/tool.tar.gz", checksums: "/SHA256SUMS", entry: "x" },
      /does not contain x/,
    ],
  ])("refuses a release %s, and writes nothing", async (_, release, message) => {
    const target = join(dir, "refused");
    const asked = { ...release, url: url + release.url, checksums: url + release.checksums };
    await expect(download(asked, target)).rejects.toThrow(message);
    await expect(access(target)).rejects.toThrow();
  });
});

describe("checksumIn", () => {
  const sum = "a".repeat(64);
  it.each([
    ["a checksum alone", sum, sum],
    ["a line for the file", `${sum}  tool\n`, sum],
    ["a line for a binary file", `${sum} *tool\n`, sum],
    ["a line for another file", `${sum}  other\n`, undefined],
    ["no checksum", "Not Found", undefined],
  ])("reads %s", (_, text, expected) => expect(checksumIn(text, "tool")).toBe(expected));
});

describe("the catalogue", () => {
  it("pins a version of every program, and knows its publisher's release of exactly that, where there is one", () => {
    for (const name of Object.keys(programs) as ProgramName[]) {
      const source = sourceOf(name);
      expect(source.version).toMatch(/^v\d+\.\d+\.\d+$/);
      const released = releaseOf(source, "linux", "x64");
      if (programs[name].module === "cluster-api") expect(released).toBeUndefined();
      else expect(released?.url).toContain(source.version.slice(1));
    }
    expect(sourceOf("kubelet").key).toBe(sourceOf("kubectl").key);
    expect(releaseOf(sourceOf("etcd"), "darwin", "arm64")).toBeUndefined();
  });
});
