import { isRecord } from "../../images/scan.ts";
import { listAt, textAt } from "../paths.ts";
import { podTemplate } from "./pod-templates.ts";
import { blocker, notice, type Rule } from "./types.ts";

const RESERVED = /^(member-.*|installer)$/;

/**
 * Pods may act with the namespace's rights, as SEALOS_SERVICE_ACCOUNT: allowed, and the first thing the plan says.
 * People's own accounts, and AppManager's, are not for pods.
 */
export const accounts: Rule = (rendered, { context }) => {
  const { object } = rendered;
  const used = accountsUsed(rendered);
  const reserved = used.filter((name) => RESERVED.test(name));
  const blockers = reserved.map((name) =>
    blocker(
      rendered,
      "reserved-account",
      `acts as ${name}, the account of a person or of the console`,
      `Use an account of the image's own, or \${{ SEALOS_SERVICE_ACCOUNT }}`,
      { account: name },
    ),
  );
  if (!used.includes(context.serviceAccount) || object.kind === "RoleBinding") return { blockers };
  const sentence = `runs pods with the rights of your workspace: they can read and change everything in ${context.namespace}, Secrets included`;
  const params = { account: context.serviceAccount };
  return { blockers, notices: [notice(rendered, "warning", "workspace-rights", sentence, params)] };
};

function accountsUsed({ object }: Parameters<Rule>[0]): string[] {
  const names: (string | undefined)[] = [];
  const pod = podTemplate(object);
  if (pod) names.push(textAt(pod.spec, "serviceAccountName"), textAt(pod.spec, "serviceAccount"));
  if (object.kind === "RoleBinding") {
    for (const subject of listAt(object, "subjects").filter(isRecord)) {
      if (subject.kind === "ServiceAccount" && typeof subject.name === "string") names.push(subject.name);
    }
  }
  if (object.kind === "Secret") {
    // A Secret of this type is filled with the account's token.
    names.push(object.metadata.annotations?.["kubernetes.io/service-account.name"]);
  }
  return [...new Set(names.filter((name) => name !== undefined))];
}
