import { expect, test } from "vitest";
import { API_VERSION, type Installation } from "../../model/resources.ts";
import { checkSame, isInstallation } from "./install.ts";

const installation = (image: string, metadata: object = {}) =>
  ({
    ...{ apiVersion: API_VERSION, kind: "Installation", spec: { image } },
    metadata: { name: "shop-phpmyadmin", ...metadata },
  }) as Installation;
const wanted = installation("labring/my-phpmyadmin:latest");

test("takes an app of the same repository as the one that is wanted, whatever its version", () => {
  expect(isInstallation(wanted)).toBe(true);
  expect(() => checkSame(installation("labring/my-phpmyadmin:5.2.2"), wanted)).not.toThrow();
});

test("takes neither another app of that name nor one that is on its way out", () => {
  expect(() => checkSame(installation("acme/my-phpmyadmin:latest"), wanted)).toThrow(
    "Another app, acme/my-phpmyadmin:latest, is installed as shop-phpmyadmin; uninstall it first.",
  );
  const leaving = installation(wanted.spec.image, { deletionTimestamp: "2026-11-29T10:20:30Z" });
  expect(() => checkSame(leaving, wanted)).toThrow("is being uninstalled; run this again once it is gone");
});
