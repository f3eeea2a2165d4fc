import { describe, expect, it } from "vitest";
import type { App, Installation } from "@/lib/model/resources";
import { appAddress, isConsolePath } from "./address";
import { safeCallback } from "./callback";
import { entriesOf, leadsToDetails } from "./entries";

const app = (name: string, change: Partial<App["spec"]> = {}): App => ({
  apiVersion: "app.sealos.io/v1",
  kind: "App",
  metadata: {
    name,
    labels: { "hub.sealos.io/installation": name },
    creationTimestamp: "2026-01-01T00:00:00Z",
  },
  spec: { name, icon: "/i", type: "iframe", data: { url: `https://${name}.example.com` }, ...change },
});
const installation = (name: string, status: Installation["status"]): Installation => ({
  apiVersion: "hub.sealos.io/v1alpha1",
  kind: "Installation",
  metadata: { name, creationTimestamp: "2026-01-02T00:00:00Z" },
  spec: { image: `labring/${name}:1.0` },
  ...(status ? { status } : {}),
});
const mapOf = (...all: Installation[]) => new Map(all.map((each) => [each.metadata.name, each]));

describe("icons", () => {
  it("shows an installation before it has an App, with its progress", () => {
    const [entry] = entriesOf(
      [],
      mapOf(installation("affine", { phase: "Installing", progress: { done: 3, total: 4 } })),
      "en",
    );
    expect(entry).toMatchObject({
      app: "affine",
      status: "Installing",
      progress: 0.75,
      icon: "/api/hub/repositories/labring/affine/icon",
    });
  });

  it("joins an App and its Installation to one icon", () => {
    const entries = entriesOf([app("affine")], mapOf(installation("affine", { phase: "Running" })), "en");
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ status: "Running", opens: { type: "iframe" } });
  });

  it("speaks the reader's language", () => {
    expect(entriesOf([app("a", { i18n: { zh: { name: "应用" } } })], new Map(), "zh")[0]?.title).toBe("应用");
  });

  it("says Uninstalling from the moment of deletion, whatever the phase still is", () => {
    const leaving = installation("a", { phase: "Running" });
    leaving.metadata.deletionTimestamp = "2026-01-03T00:00:00Z";
    expect(entriesOf([], mapOf(leaving), "en")[0]?.status).toBe("Uninstalling");
  });

  it("leads to the details while there is nothing to open, and to the app once there is", () => {
    const [failed] = entriesOf([], mapOf(installation("a", { phase: "Failed" })), "en");
    const [running] = entriesOf([app("a")], mapOf(installation("a", { phase: "Running" })), "en");
    expect([failed && leadsToDetails(failed), running && leadsToDetails(running)]).toEqual([true, false]);
  });
});

describe("addresses", () => {
  it.each([
    ["https://affine.example.com/", true],
    ["http://localhost:4000/", true],
    ["http://localhost:3000/hub", false],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["/hub", false],
  ])("an app may open %s: %s", (url, allowed) => {
    expect(appAddress(url, "http://localhost:3000") !== undefined).toBe(allowed);
  });

  it.each([
    ["/hub", true],
    ["/hub?q=1", true],
    ["/providers/labring.postgres", true],
    ["/hubris", false],
    ["/api/session", false],
    ["//evil.example/hub", false],
    ["https://evil.example/hub", false],
  ])("a window may show %s: %s", (path, allowed) => {
    expect(isConsolePath(path)).toBe(allowed);
  });

  it.each([
    [undefined, "/"],
    ["/hub?q=a#b", "/hub?q=a#b"],
    ["http://localhost:3000/hub", "/hub"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/signin?callbackUrl=/hub", "/"],
  ])("signing in leads from %s to %s", (wanted, expected) => {
    expect(safeCallback(wanted, "http://localhost:3000")).toBe(expected);
  });
});
