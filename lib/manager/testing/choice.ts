import type { Files } from "../../images/index.ts";
import { application } from "./cluster.ts";

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
