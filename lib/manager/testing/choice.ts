import type { Cluster } from "../../cluster/index.ts";
import type { Files } from "../../images/index.ts";
import { API_VERSION } from "../../model/resources.ts";
import { application } from "./cluster.ts";

/** Lets everybody see a repository (`org/repo:tag`), which another organization's images in the store are not at first. */
export async function makePublic(cluster: Cluster, reference: string): Promise<void> {
  const [organization = "", repository = ""] = (reference.split(":")[0] ?? "").split("/");
  await cluster.apply(
    {
      ...{ apiVersion: API_VERSION, kind: "Repository", metadata: { name: `${organization}.${repository}` } },
      spec: { organization, repository, source: "content", visibility: "public" },
    },
    { fieldManager: "test", force: true },
  );
}

/** A provider of one kind of its own, with its definition and no operator. */
export function providerOf(kind: string): Files {
  const [one, many] = [kind.toLowerCase(), `${kind.toLowerCase()}s`];
  return application(
    one,
    `apiVersion: v1
kind: Namespace
metadata: { name: ${one} }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${many}.choice.example.com }
spec:
  group: choice.example.com
  scope: Namespaced
  names: { kind: ${kind}, listKind: ${kind}List, plural: ${many}, singular: ${one} }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`,
    `mode: provider
provider:
  operator: { namespace: ${one} }
  instances:
    - apiVersion: choice.example.com/v1
      kind: ${kind}
      plural: ${many}
      title: ${kind}
      template: "kind: ${kind}"
      form: { type: object, properties: {} }
      columns: []
      status: { workloads: ignored }
      workloads: { kinds: [], selector: {} }`,
  );
}
/** An application that needs one. */
export const userOf = (kind: string) =>
  application(
    `uses-${kind.toLowerCase()}`,
    `apiVersion: choice.example.com/v1\nkind: ${kind}\nmetadata: { name: mine }\n`,
  );
