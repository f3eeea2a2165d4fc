import { ApiError, type Cluster } from "../../lib/cluster/index.ts";
import type { Answer, Group, Step } from "./types.ts";

/**
 * Sends a group's requests and returns the normalised answers. The namespace is made first, and left behind. `settle`
 * is awaited after every write: a server that reads rights and quotas through a cache needs a moment.
 */
export async function runGroup(
  cluster: Cluster,
  group: Group,
  settle?: () => Promise<void>,
): Promise<Answer[]> {
  const namespace = `conformance-${group.name}`;
  await send(cluster, {
    method: "POST",
    path: "/api/v1/namespaces",
    body: { metadata: { name: namespace } },
  });
  await send(cluster, {
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
    body: { metadata: { name: "default" } },
  });
  const answers: Answer[] = [];
  for (const step of group.steps) {
    answers.push(await answered(cluster, fill(step, namespace), namespace));
    if (step.method !== "GET") await settle?.();
  }
  return answers;
}

function fill(step: Step, namespace: string): Step {
  return JSON.parse(JSON.stringify(step).replaceAll("{ns}", namespace)) as Step;
}

/** A new kind's resources answer 404 or 429 for a moment: those are asked again. */
async function answered(cluster: Cluster, step: Step, namespace: string): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(cluster, step);
    const custom = step.path.startsWith("/apis/conformance.example/");
    if (!custom || attempt > 100 || !isWarmingUp(answer)) {
      return { status: answer.status, body: normalise(answer.body, namespace) };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isWarmingUp({ status, body }: Answer): boolean {
  const message = (body as { message?: string } | undefined)?.message ?? "";
  return (
    status === 429 ||
    (status === 404 && /could not find the requested resource|404 page not found/.test(message))
  );
}

async function send(cluster: Cluster, step: Step): Promise<Answer> {
  const [path = "", search] = step.path.split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  const asked = step.as === undefined ? cluster : cluster.as(step.as);
  try {
    const body = await asked.request(step.method, path, {
      query,
      ...(step.body !== undefined && { body: step.body }),
      ...(step.contentType !== undefined && { contentType: step.contentType }),
    });
    return { status: 200, body };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: error.body ?? { message: error.message } };
  }
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const VARYING: Record<string, string> = {
  resourceVersion: "<version>",
  clusterIP: "<address>",
  nodePort: "<port>",
  healthCheckNodePort: "<port>",
  selfLink: "<link>",
};

/** Takes from an answer what differs from run to run; orders what the server orders at random. */
export function normalise(value: unknown, namespace: string, key = ""): unknown {
  if (Array.isArray(value)) {
    if (key === "clusterIPs") return value.map(() => "<address>");
    const items = value.filter((item) => !isPublished(item)).map((item) => normalise(item, namespace));
    return key === "causes" ? items.sort(byText) : items;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((name) => {
          const given = (value as Record<string, unknown>)[name];
          if (name === "metadata" && isQuota(value))
            return [name, { name: (given as { name?: string }).name }];
          const varying = VARYING[name];
          if (varying !== undefined && (typeof given === "number" || typeof given === "string")) {
            return [name, given === "" || given === "None" || given === "0" ? given : varying];
          }
          return [name, normalise(given, namespace, name)];
        }),
    );
  }
  if (typeof value !== "string") return value;
  const text = value
    .replaceAll(namespace, "{ns}")
    .replaceAll(TIME, "<time>")
    .replaceAll(UID, "<uid>")
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-<random>");
  if (key === "name" || key === "podName") return text.replace(/^(gen-)[a-z0-9]{5}$/, "$1<random>");
  return key === "message" ? ordered(text) : text;
}

/** What a controller puts into every namespace; the recorded cluster ran without controllers. */
function isPublished(item: unknown): boolean {
  return (item as { metadata?: { name?: string } } | null)?.metadata?.name === "kube-root-ca.crt";
}

/** Quotas are written by a controller as well, at its own time: their books and versions say nothing. */
function isQuota(value: object): boolean {
  return (value as { kind?: string }).kind === "ResourceQuota";
}

/** The errors of one message come in any order. */
function ordered(message: string): string {
  const [first = "", ...lines] = message.split("\n");
  if (first.endsWith(" errors:")) return [first, ...lines.sort()].join("\n");
  const match = /^(.* is invalid: )\[(.*)\]$/s.exec(message);
  if (!match) return message;
  const [, head = "", body = ""] = match;
  return `${head}[${body
    .split(/, (?=[A-Za-z<][\w.[\]<>()/-]*: )/)
    .sort()
    .join(", ")}]`;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
