import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("demo accounts, which have no password, exist only where they are asked for", () => {
  expect(readConfig({}).demo).toBe(false);
  expect(readConfig({ HUB_DEMO: "true" }).demo).toBe(false);
  expect(readConfig({ HUB_DEMO: "1" }).demo).toBe(true);
});

test("the address keeps its origin only", () => {
  expect(readConfig({ HUB_URL: "https://cloud.example.com/x?y" }).url).toBe("https://cloud.example.com");
  expect(readConfig({ PORT: "4000" }).url).toBe("http://localhost:4000");
});

test.each([
  [{ HUB_URL: "cloud" }, "HUB_URL"],
  [{ OIDC_ISSUER: "https://id.example.com" }, "OIDC_CLIENT_ID"],
  [{ OIDC_CLIENT_ID: "hub", OIDC_CLIENT_SECRET: "s" }, "OIDC_ISSUER"],
  [{ GITHUB_ID: "1" }, "GITHUB_SECRET"],
  [{ HUB_SIGNIN_LIMIT: "-1" }, "HUB_SIGNIN_LIMIT"],
  [{ HUB_SESSION_SECONDS: "a day" }, "HUB_SESSION_SECONDS"],
])("half a configuration is refused, naming what is missing: %o", (environment, name) => {
  expect(() => readConfig(environment)).toThrow(name);
});

test("a whole one is taken", () => {
  const oidc = { OIDC_ISSUER: "https://id.example.com", OIDC_CLIENT_ID: "hub", OIDC_CLIENT_SECRET: "s" };
  expect(readConfig(oidc).oidc).toMatchObject({ issuer: "https://id.example.com", name: "id.example.com" });
});
