import { expect, test } from "vitest";
import type { Installation, InstallationPhase } from "@/lib/model/resources";
import { launchOf } from "./launch";

const card = { org: "labring", repo: "affine" };

function installation(
  name: string,
  image: string,
  phase?: InstallationPhase,
  more: object = {},
): Installation {
  return {
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "Installation",
    metadata: { name, creationTimestamp: `2026-01-0${name.length}T00:00:00Z` },
    spec: { image },
    ...(phase ? { status: { phase, ...more } } : {}),
  };
}

test("nothing installed, or only something else, offers to install", () => {
  expect(launchOf(card, []).state).toBe("NotInstalled");
  expect(launchOf(card, [installation("a", "labring/affine-pro:1.2", "Running")]).state).toBe("NotInstalled");
});

test("an installation without status is on its way", () => {
  expect(launchOf(card, [installation("a", "labring/affine:1.2")]).state).toBe("Pending");
});

test("the controller's count is the progress", () => {
  const moving = installation("a", "labring/affine:1.2", "Installing", { progress: { done: 3, total: 10 } });
  expect(launchOf(card, [moving])).toMatchObject({ state: "Installing", progress: 0.3 });
});

test("the one on its way speaks for several", () => {
  const list = [
    installation("a", "labring/affine:1.2", "Running"),
    installation("bb", "labring/affine:1.2", "Installing"),
  ];
  expect(launchOf(card, list).installation?.metadata.name).toBe("bb");
});

test("what runs and has something newer can be upgraded; what failed cannot yet", () => {
  const newer = { available: { tag: "1.2", digest: "sha256:2" } };
  expect(launchOf(card, [installation("a", "labring/affine:1.1", "Running", newer)]).state).toBe(
    "UpdateAvailable",
  );
  expect(launchOf(card, [installation("a", "labring/affine:1.1", "Running")]).state).toBe("Running");
  expect(launchOf(card, [installation("a", "labring/affine:1.1", "Failed", newer)]).state).toBe("Failed");
});

test("what is being deleted is being uninstalled, whatever its phase", () => {
  const leaving = installation("a", "labring/affine:1.2", "Running");
  leaving.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  expect(launchOf(card, [leaving]).state).toBe("Uninstalling");
});
