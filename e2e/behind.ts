import { type APIResponse, expect, type Page } from "@playwright/test";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import type { Problem } from "../lib/model/problem.ts";
import { API_VERSION, APP_API_VERSION, METERING } from "../lib/model/resources.ts";
import type { RunningHub } from "./hub.ts";

/** What stands behind the pages: the cluster's objects, and the API as the page's own person. */

/** Kinds that installing something could leave behind. */
const KINDS = [
  ["v1", "Namespace"],
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "Service"],
  ["v1", "ServiceAccount"],
  ["v1", "PersistentVolumeClaim"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "ControllerRevision"],
  ["batch/v1", "Job"],
  ["networking.k8s.io/v1", "Ingress"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  [API_VERSION, "Installation"],
  [API_VERSION, "Provider"],
  [API_VERSION, "ActionRun"],
  [APP_API_VERSION, "App"],
] as const;

/** One line per object of the cluster: which it is, and a number that grows when somebody changes it. */
export async function objectsOf({ cluster }: RunningHub): Promise<string[]> {
  const lists = await Promise.all(
    KINDS.map(([apiVersion, kind]) => cluster.list<KubernetesObject>({ apiVersion, kind })),
  );
  return (
    lists
      .flatMap(({ items }) => items)
      // It says until when was metered, whatever else happens.
      .filter(({ metadata }) => metadata.name !== METERING)
      .map(({ kind, metadata }) => {
        const { namespace = "", name, uid, generation, resourceVersion } = metadata;
        return `${kind} ${namespace}/${name} ${uid} ${generation ?? resourceVersion}`;
      })
      .sort()
  );
}

/** The same once nothing changes any more: what earlier tests took away may still be going. */
export async function objectsAtRest(hub: RunningHub): Promise<string[]> {
  let seen: string[] = [];
  await expect(async () => {
    const before = seen;
    seen = await objectsOf(hub);
    expect(seen).toEqual(before);
  }).toPass({ intervals: [1_000], timeout: 60_000 });
  return seen;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request with the page's own session, as the pages send it. */
export function send(
  page: Page,
  hub: RunningHub,
  method: Method,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<APIResponse> {
  return page.request.fetch(`${hub.url}${path}`, {
    method,
    headers: { "x-requested-with": "sealos-hub", ...headers },
    maxRedirects: 0,
    ...(body === undefined ? {} : { data: body }),
  });
}

/** Requires an answer of `application/problem+json` with this status and code, and returns it. */
export async function expectProblem(answer: APIResponse, status: number, code: string): Promise<Problem> {
  expect(answer.status(), await answer.text()).toBe(status);
  expect(answer.headers()["content-type"]).toContain("application/problem+json");
  const problem = (await answer.json()) as Problem;
  expect(problem).toMatchObject({ status, code, type: `about:blank#${code}` });
  expect(problem.requestId).toMatch(/^[\w.-]{8,64}$/);
  return problem;
}
