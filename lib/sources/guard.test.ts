import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostPatterns, isPublicAddress } from "./addresses.ts";
import { guardedFetch } from "./guard.ts";

let port: number;
let asked = 0;
const server = createServer((_, response) => {
  asked++;
  response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

test.each([
  ["8.8.8.8", true],
  ["2606:4700::1111", true],
  ["127.0.0.1", false],
  ["10.96.0.1", false],
  ["172.31.255.255", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["::1", false],
  ["::", false],
  ["fd00::1", false],
  ["fe80::1%eth0", false],
  ["::ffff:10.0.0.1", false],
  ["64:ff9b::a00:1", false],
  ["not an address", false],
])("%s is on the internet: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test("an administrator's patterns name hosts, ports and whole domains, and nothing beside them", () => {
  const allowed = hostPatterns("localhost, registry.corp:5000 *.inner.example");
  expect(allowed("localhost:5000")).toBe(true);
  expect(allowed("registry.corp:5000")).toBe(true);
  expect(allowed("registry.corp")).toBe(false);
  expect(allowed("a.b.inner.example:443")).toBe(true);
  expect(allowed("inner.example")).toBe(false);
  expect(allowed("notlocalhost")).toBe(false);
  expect(allowed("evil-inner.example")).toBe(false);
  expect(hostPatterns("")("localhost")).toBe(false);
});

test("an address of this machine is refused before anything is sent, however it is written", async () => {
  const fetch = guardedFetch({ allowed: () => false });
  for (const url of [
    `https://127.0.0.1:${port}/v2/`,
    `https://[::1]:${port}/v2/`,
    `https://[::ffff:127.0.0.1]:${port}/v2/`,
    `https://2130706433:${port}/v2/`,
    `https://127.1:${port}/v2/`,
  ])
    await expect(fetch(url), url).rejects.toThrow("is not on the internet");
  expect(asked).toBe(0);
});

test("a name that leads to a private address is refused after it was looked up", async () => {
  const lookup = ((_host: string, _options: object, done: (...args: unknown[]) => void) =>
    done(null, [
      { address: "93.184.216.34", family: 4 },
      { address: "10.0.0.7", family: 4 },
    ])) as never;
  const fetch = guardedFetch({ allowed: () => false, lookup });
  const failure = await fetch("https://registry.example.com/v2/").catch((error: Error) => error);
  expect(String((failure as Error).cause)).toContain("registry.example.com is at 10.0.0.7");
});

test("without TLS only what an administrator allowed is asked", async () => {
  const fetch = guardedFetch({ allowed: () => false });
  await expect(fetch("http://registry.example.com/v2/")).rejects.toThrow("without encryption");
});

test("an allowed host is asked, and where it leads to is judged anew", async () => {
  const fetch = guardedFetch({ allowed: hostPatterns("127.0.0.1") });
  const response = await fetch(`http://127.0.0.1:${port}/v2/`);
  expect(response.status).toBe(302);
  await expect(fetch(response.headers.get("location") ?? "")).rejects.toThrow("169.254.169.254");
});
