import { readFile, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { writePrivate } from "./session.ts";

export const CONTEXT_PREFIX = "sealos-hub/";

/** The files that kubectl would read. */
export function kubeconfigPaths(env: NodeJS.ProcessEnv): string {
  return env.KUBECONFIG || join(env.HOME || homedir(), ".kube", "config");
}

interface Entry {
  name: string;
  [field: string]: unknown;
}

/** A kubeconfig file, changed in place: comments and everybody else's entries stay as they are. */
async function load(path: string): Promise<Document> {
  let text = "";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const document = parseDocument(text.trim() ? text : "apiVersion: v1\nkind: Config\n");
  if (document.errors[0]) throw document.errors[0];
  return document;
}

async function save(path: string, document: Document): Promise<void> {
  // A link stays a link.
  const target = await realpath(path).catch(() => path);
  await writePrivate(target, document.toString());
}

function put(document: Document, list: string, entry: Entry): void {
  const known = document.get(list);
  const items = isSeq(known) ? known.items : [];
  const at = items.findIndex((item) => isMap(item) && item.get("name") === entry.name);
  const node = document.createNode(entry) as YAMLMap;
  if (!isSeq(known)) document.set(list, document.createNode([entry]));
  else if (at < 0) known.items.push(node);
  else known.items[at] = node;
}

function drop(document: Document, list: string, ours: (name: string) => boolean): void {
  const known = document.get(list);
  if (!isSeq(known)) return;
  known.items = known.items.filter((item) => !(isMap(item) && ours(String(item.get("name")))));
}

export interface Written {
  path: string;
  contexts: string[];
  /** What the current context was before. */
  before?: string;
}

/** Adds a context per workspace, with credentials that `hub credential` renews. The first workspace becomes current. */
export async function writeContexts(
  env: NodeJS.ProcessEnv,
  hub: { url: string; server: string; certificateAuthority?: string | undefined },
  namespaces: readonly string[],
): Promise<Written> {
  const path = kubeconfigPaths(env).split(delimiter)[0] ?? "";
  const document = await load(path);
  const name = `${CONTEXT_PREFIX}${new URL(hub.url).host}`;
  put(document, "clusters", {
    name,
    cluster: {
      server: hub.server,
      ...(hub.certificateAuthority && {
        "certificate-authority-data": Buffer.from(hub.certificateAuthority).toString("base64"),
      }),
    },
  });
  for (const namespace of namespaces) {
    const context = `${CONTEXT_PREFIX}${namespace}`;
    put(document, "users", {
      name: context,
      user: {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          command: fileURLToPath(new URL("../hub.mjs", import.meta.url)),
          args: ["credential", "--hub", hub.url, "-n", namespace],
          interactiveMode: "Never",
          provideClusterInfo: false,
          installHint: "This context belongs to Sealos Hub: install its command line, hub.",
        },
      },
    });
    put(document, "contexts", { name: context, context: { cluster: name, user: context, namespace } });
  }
  const before = document.get("current-context");
  const contexts = namespaces.map((namespace) => `${CONTEXT_PREFIX}${namespace}`);
  if (contexts[0]) document.set("current-context", contexts[0]);
  await save(path, document);
  return { path, contexts, ...(typeof before === "string" && before && { before }) };
}

/** Takes this Hub's contexts out again; nobody else's. */
export async function removeContexts(env: NodeJS.ProcessEnv, url: string): Promise<void> {
  const path = kubeconfigPaths(env).split(delimiter)[0] ?? "";
  const document = await load(path);
  const cluster = `${CONTEXT_PREFIX}${new URL(url).host}`;
  const contexts = document.get("contexts");
  const ours = new Set<string>();
  for (const item of isSeq(contexts) ? contexts.items : [])
    if (isMap(item) && item.getIn(["context", "cluster"]) === cluster) ours.add(String(item.get("name")));
  if (ours.size === 0) return;
  drop(document, "contexts", (name) => ours.has(name));
  drop(document, "users", (name) => ours.has(name));
  drop(document, "clusters", (name) => name === cluster);
  if (ours.has(String(document.get("current-context")))) document.set("current-context", "");
  await save(path, document);
}

/** Contexts of all files, the first of a name as kubectl has it, and which is current. */
export async function readContexts(
  paths: string,
): Promise<{ current?: string; namespaces: Map<string, string> }> {
  const namespaces = new Map<string, string>();
  let current: string | undefined;
  for (const path of paths.split(delimiter).filter(Boolean)) {
    const { contexts, "current-context": named } = ((await load(path)).toJS() ?? {}) as {
      contexts?: { name: string; context?: { namespace?: string } }[] | null;
      "current-context"?: string;
    };
    current ??= named || undefined;
    for (const { name, context } of contexts ?? [])
      if (!namespaces.has(name)) namespaces.set(name, context?.namespace ?? "");
  }
  return { ...(current && { current }), namespaces };
}
