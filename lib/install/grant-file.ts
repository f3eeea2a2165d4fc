import { stringify } from "yaml";
import type { KubernetesObject } from "../model/kubernetes.ts";

/** The grant as a file for `kubectl apply -f`. */
export function grantFile(
  title: string,
  version: string,
  objects: readonly KubernetesObject[],
  note = "",
): string {
  const head = `# What an administrator of the cluster allows by applying this file: AppManager may install ${title} ${version},\n# with these rights and no others. Deleting what is in it (kubectl delete -f) takes the rights back, and the namespace with\n# all that runs there.\n`;
  const documents = objects.map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${head}${note}${documents.join("---\n")}`;
}
