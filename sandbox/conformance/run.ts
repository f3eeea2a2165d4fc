import type { Connection, RawAnswer } from "./connection.ts";
import { normalise, plain } from "./normalise.ts";
import type { Answer, Group, Step } from "./types.ts";

/**
 * Sends a group's requests and returns the normalised answers. The namespace is made first, and left behind. `settle`
 * is awaited after every write: a server that reads rights and quotas through a cache needs a moment. What a step waits
 * for is given `patience` (milliseconds); an answer with status 0 says that it never came.
 */
export async function runGroup(
  connection: Connection,
  group: Group,
  settle?: () => Promise<void>,
  patience = 20_000,
): Promise<Answer[]> {
  const namespace = `conformance-${group.name}`;
  const make = (path: string, name: string) =>
    send(connection, { method: "POST", path, body: { metadata: { name } } });
  await make("/api/v1/namespaces", namespace);
  await make(`/api/v1/namespaces/${namespace}/serviceaccounts`, "default");
  // Lists count what a controller puts into every namespace.
  const certificate = `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`;
  await answered(connection, { method: "GET", path: certificate, until: 200 }, patience);
  const kept: Record<string, string> = {};
  const answers: Answer[] = [];
  for (const step of group.steps) {
    const filled = fill(step, { ns: namespace, ...kept });
    const answer = await answered(connection, filled, patience);
    for (const [key, path] of Object.entries(step.keep ?? {})) kept[key] = String(pick(answer.body, path));
    answers.push(tidy(answer, namespace, kept));
    if (!["GET", "WATCH"].includes(step.method)) await settle?.();
  }
  return answers;
}

function fill(step: Step, values: Record<string, string>): Step {
  let text = JSON.stringify(step);
  for (const [key, value] of Object.entries(values)) text = text.replaceAll(`{${key}}`, value);
  return JSON.parse(text) as Step;
}

function pick(body: unknown, path: string): unknown {
  let current = body;
  for (const part of path.split(".")) current = (current as Record<string, unknown> | undefined)?.[part];
  return current;
}

function tidy(answer: Answer, namespace: string, kept: Record<string, string>): Answer {
  const { status, type, warnings } = answer;
  let body = normalise(answer.body, namespace);
  const values = Object.entries(kept).filter(([, value]) => /^\d+$/.test(value));
  if (values.length > 0) {
    let text = JSON.stringify(body);
    for (const [key, value] of values) text = text.replaceAll(new RegExp(`\\b${value}\\b`, "g"), `<${key}>`);
    try {
      body = JSON.parse(text);
    } catch {
      // A kept number that also stands as a number: left as it is.
    }
  }
  return {
    status,
    ...(type && { type: plain(type, namespace) }),
    ...(warnings && { warnings: warnings.map((each) => plain(each, namespace)) }),
    body,
  };
}

/** A new kind's resources answer 404 or 429 for a moment: those are asked again, and what a step waits for. */
async function answered(connection: Connection, step: Step, patience: number): Promise<Answer> {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await send(connection, step);
    const custom = step.path.includes("/apis/conformance.example/");
    const waits =
      (custom && isWarmingUp(answer)) ||
      (step.until !== undefined && answer.status !== step.until) ||
      (step.untilText !== undefined && !JSON.stringify(answer.body).includes(step.untilText)) ||
      (step.untilNoText !== undefined && JSON.stringify(answer.body).includes(step.untilNoText));
    if (!waits) return answer;
    if (Date.now() > deadline) return { ...answer, status: 0 };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isWarmingUp({ status, body }: Answer): boolean {
  const message = (body as { message?: string } | undefined)?.message ?? "";
  return (
    status === 429 ||
    (status === 404 &&
      /could not find the requested resource|404 page not found/.test(message || String(body)))
  );
}

async function send(connection: Connection, step: Step): Promise<Answer> {
  const { method, path, body, contentType, accept, as, headers, events } = step;
  const watching = method === "WATCH";
  const raw = await connection.request({
    method: watching ? "GET" : method,
    path: encodeURI(path).replaceAll("%25", "%"),
    headers: {
      accept: accept ?? "application/json",
      "user-agent": "conformance",
      ...(as !== undefined && { "impersonate-user": as }),
      ...(body !== undefined && { "content-type": contentType ?? "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(watching && events !== undefined && { enough: (text: string) => lines(text).length >= events }),
  });
  return read(raw, watching);
}

const lines = (text: string) => text.split("\n").slice(0, -1).filter(Boolean);

function read({ status, type, warnings, text }: RawAnswer, watching: boolean): Answer {
  const json = type.startsWith("application/json");
  // A watch of a path that knows none is answered with the object.
  const body =
    watching && json && status === 200 && (text === "" || text.startsWith('{"type"'))
      ? lines(text).map((line) => JSON.parse(line) as unknown)
      : json
        ? (JSON.parse(text) as unknown)
        : text.trim();
  return {
    status,
    ...(type !== "application/json" && { type }),
    ...(warnings.length > 0 && { warnings }),
    body,
  };
}
