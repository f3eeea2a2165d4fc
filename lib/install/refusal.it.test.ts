import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { AnyObject } from "../cluster/index.ts";
import type { ProblemError } from "../model/problem.ts";
import { referenceOf } from "./references.ts";
import { refusalOf } from "./refusal.ts";

let control: TestCluster;
beforeAll(async () => {
  control = await startTestCluster();
});
afterAll(() => control?.stop());

const schema = { openAPIV3Schema: { type: "object" } };
const version = (name: string, storage: boolean) => ({ name, served: true, storage, schema });

function things(...versions: object[]): AnyObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "things", kind: "Thing" },
      versions,
    },
  };
}

const apply = (object: AnyObject) => control.admin.apply(object, { fieldManager: "app-manager" });

test("a definition that would lose a stored version is refused by the cluster in words that name it, and stays as it was", async () => {
  await apply(things(version("v1alpha1", true)));
  const without = things(version("v1beta1", true));
  const refusal = await apply(without).catch((error: unknown) => refusalOf(error, referenceOf(without)));
  expect((refusal as ProblemError).reason).toBe("stored-version-lost");
  expect((refusal as ProblemError).params).toMatchObject({ version: "v1alpha1", name: "things.example.com" });
  const live = await control.admin.get<AnyObject & { spec: { versions: { name: string }[] } }>(
    referenceOf(without),
  );
  expect(live.spec.versions.map(({ name }) => name)).toEqual(["v1alpha1"]);
  await apply(things(version("v1alpha1", false), version("v1beta1", true)));
});
