import { isRecord } from "../../images/scan.ts";
import { listAt, textAt } from "../paths.ts";
import { blocker, notice, type Rule } from "./types.ts";

const RESERVED = /^(member-.*|installer)$/;
const ACCOUNT_FIELDS = new Set(["serviceAccountName", "serviceAccount"]);

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
  if (object.kind === "RoleBinding") {
    // The API server lets nobody give more than they hold, but that is all of the workspace.
    const role = textAt(object, "roleRef.name") ?? "";
    if (textAt(object, "roleRef.kind") !== "ClusterRole") return { blockers };
    const given = `gives an account of its own the role ${role}: its pods can do in ${context.namespace} whatever that allows`;
    return {
      blockers,
      notices: [notice(rendered, "warning", "role-bound", given, { role, namespace: context.namespace })],
    };
  }
  if (!used.includes(context.serviceAccount)) return { blockers };
  const sentence = `runs pods with the rights of your workspace: they can read and change everything in ${context.namespace}, Secrets included`;
  const params = { account: context.serviceAccount, namespace: context.namespace };
  return { blockers, notices: [notice(rendered, "warning", "workspace-rights", sentence, params)] };
};

function accountsUsed({ object }: Parameters<Rule>[0]): string[] {
  const names: (string | undefined)[] = [];
  // Operators make pods of their own kinds, and of what they are told in them.
  names.push(...accountFields(object.spec), ...accountFields(object.template));
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

/** Every account that is named, at whatever depth: of a pod, a pod template, or an operator's own kind. */
function accountFields(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(accountFields);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    ACCOUNT_FIELDS.has(key) && typeof each === "string" ? [each] : accountFields(each),
  );
}
