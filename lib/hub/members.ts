import type { Cluster, Informer } from "../cluster/index.ts";
import { listAt } from "../install/paths.ts";
import { IMPERSONATION, memberAccount, memberUser } from "../install/tenant.ts";
import { fieldManagerOf } from "../model/door.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { annotation, label } from "../model/resources.ts";
import type { Workspace } from "../model/session-views.ts";
import { SpokenProblem } from "./messages.ts";

export interface AccessQuestion {
  verb: string;
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/**
 * Who has access to what, read from member accounts. Kubernetes decides; this only finds the accounts.
 * Editors may make accounts of any name and label, so one counts only if the manager has let the web server act as it:
 * otherwise anybody could put a workspace of their own making before somebody else.
 */
export class Members {
  readonly #cluster: Cluster;
  readonly #accounts: Informer<KubernetesObject>;
  readonly #bindings: Informer<KubernetesObject>;
  readonly #impersonation: Informer<KubernetesObject>;
  readonly #systemNamespace: string;

  constructor(
    cluster: Cluster,
    accounts: Informer<KubernetesObject>,
    bindings: Informer<KubernetesObject>,
    impersonation: Informer<KubernetesObject>,
    systemNamespace: string,
  ) {
    this.#cluster = cluster;
    this.#accounts = accounts;
    this.#bindings = bindings;
    this.#impersonation = impersonation;
    this.#systemNamespace = systemNamespace;
  }

  /** The namespaces that the person has an account in, their own first. */
  workspaces(uid: string): Workspace[] {
    const list: Workspace[] = [];
    for (const account of this.#accounts.list()) {
      const { namespace = "", labels, annotations } = account.metadata;
      if (labels?.[label.member] !== uid || !this.has(uid, namespace)) continue;
      const role = labels?.[label.role];
      if (role !== "owner" && role !== "editor" && role !== "viewer") continue;
      list.push({ namespace, name: annotations?.[annotation.displayName] ?? uid, role });
    }
    const rank = (workspace: Workspace) => (workspace.role === "owner" ? 0 : 1);
    return list.sort((a, b) => rank(a) - rank(b) || a.namespace.localeCompare(b.namespace));
  }

  /** Whether the manager has given the person an administrator's account. */
  isAdministrator(uid: string): boolean {
    const account = this.#accounts.get(this.#systemNamespace, memberAccount(uid));
    return account?.metadata.labels?.[label.role] === "administrator";
  }

  /**
   * The cluster as seen by this person in this namespace. Throws `not-found` when they have no account there, so that
   * a guessed name tells nothing about whether the namespace exists. Writes bear the person's field manager.
   */
  clusterOf(uid: string, namespace: string): Cluster {
    this.requireAccount(uid, namespace);
    return this.#cluster.as(memberUser(namespace, uid)).writingAs(fieldManagerOf("page", uid));
  }

  /** Whether the person has an account of the manager's making in the namespace. */
  has(uid: string, namespace: string): boolean {
    if (namespace === this.#systemNamespace) return false;
    const name = memberAccount(uid);
    if (this.#accounts.get(namespace, name)?.metadata.labels?.[label.member] !== uid) return false;
    const rules = listAt(this.#impersonation.get(namespace, IMPERSONATION), "rules");
    return rules.some((rule) => listAt(rule, "resourceNames").includes(name));
  }

  /** Calls back when somebody's access anywhere may have changed. */
  onAnyChange(listener: () => void): () => void {
    const stops = [this.#accounts, this.#impersonation].map((informer) => informer.subscribe(listener));
    return () => {
      for (const stop of stops) stop();
    };
  }

  requireAccount(uid: string, namespace: string): void {
    if (this.has(uid, namespace)) return;
    throw new SpokenProblem("workspace-unknown", { namespace });
  }

  /** Asks the API server whether the person's account in this namespace may do it (SubjectAccessReview). */
  async may(uid: string, namespace: string, question: AccessQuestion): Promise<boolean> {
    const review = (await this.#cluster.request(
      "POST",
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      {
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: {
            user: memberUser(namespace, uid),
            groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
            resourceAttributes: question,
          },
        },
      },
    )) as { status?: { allowed?: boolean } };
    return review.status?.allowed === true;
  }

  /** Calls back when something changed that could take rights of this person in this namespace away. */
  onChange(uid: string, namespace: string, listener: () => void): () => void {
    const concerns = (object: KubernetesObject) =>
      object.metadata.namespace === namespace &&
      (object.metadata.labels?.[label.member] === uid || object.metadata.name === IMPERSONATION);
    const stops = [this.#accounts, this.#bindings, this.#impersonation].map((informer) =>
      informer.subscribe((event) => {
        if (concerns(event.object) || (event.previous && concerns(event.previous))) listener();
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }
}
