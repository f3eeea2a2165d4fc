import { expect, test } from "vitest";
import { readManagerConfig } from "./config.ts";

test("an empty environment gives the sandbox's values, and serves no metrics", () => {
  const config = readManagerConfig({});
  expect(config).toMatchObject({
    systemNamespace: "sealos-system",
    consoleHosts: ["localhost"],
    cloud: { domain: "localhost", port: "", scheme: "https", certSecretName: "wildcard-cert" },
    leaseSeconds: 15,
    binDays: 7,
    metricsHost: "127.0.0.1",
  });
  expect(config.metricsPort).toBeUndefined();
});

test("the console's host is that of its address: no app may take it", () => {
  expect(readManagerConfig({ HUB_URL: "https://cloud.example.com:8443/desk" }).consoleHosts).toEqual([
    "cloud.example.com",
  ]);
});

test.each([
  ["HUB_URL", "cloud.example.com"],
  ["CLOUD_SCHEME", "ftp"],
  ["METRICS_PORT", "http"],
  ["BIN_DAYS", "a week"],
  ["BIN_DAYS", "-1"],
])("a %s that makes no sense is refused by its name", (name, value) => {
  expect(() => readManagerConfig({ [name]: value })).toThrow(name);
});

test.each([
  ["", 15],
  ["soon", 15],
  ["0.2", 1],
  ["30", 30],
])("LEASE_SECONDS %j means %d seconds", (text, seconds) => {
  expect(readManagerConfig({ LEASE_SECONDS: text }).leaseSeconds).toBe(seconds);
});
