import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import { isAlreadyExists } from "../../lib/cluster/index.ts";
import { parseImageReference } from "../../lib/model/names.ts";
import type { Plan } from "../../lib/model/plan.ts";
import { API_VERSION, type Installation, label } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { findHubApi, hubApi } from "./hub-api.ts";
import { INSTALLATION, inputsOf, untilRunning } from "./installation.ts";
import { type Workspace, writableWorkspaceOf } from "./workspace.ts";

interface Given {
  image: string;
  name: string | undefined;
  set: string[];
  values: string | undefined;
  dryRun: boolean;
  wait: boolean;
}

/** Makes the Installation that the page would make, as the person's own account. */
export async function runImage(context: Context, given: Given): Promise<void> {
  const reference = parseImageReference(given.image);
  if (!reference)
    throw new CommandError(
      [
        "{image} is no image of a Hub: write ORG/REPO or ORG/REPO:TAG.",
        "{image} 不是 Hub 镜像，请写 ORG/REPO 或 ORG/REPO:TAG。",
      ],
      {
        params: { image: given.image },
        exit: "usage",
      },
    );
  const { org, repo, tag } = reference;
  const image = `${org}/${repo}:${tag}`;
  const name = given.name ?? repo;
  const inputs = { ...(await inputsInFile(context, given.values)), ...inputsOf(given.set) };
  const workspace = await writableWorkspaceOf(context);
  const { cluster, namespace } = workspace;
  if (given.dryRun) return printPlan(context, namespace, { image, name, inputs });
  const existing = await cluster.find<Installation>({ ...INSTALLATION, namespace, name });
  if (existing && existing.spec.image.split(/[:@]/)[0] !== `${org}/${repo}`)
    throw new CommandError(
      [
        "{name} is an installation of {image} already. Choose another name with --name.",
        "{name} 已是 {image} 的安装，请用 --name 指定其他名称。",
      ],
      { params: { name, image: existing.spec.image } },
    );
  const installation = existing ?? (await create(context, workspace, { image, name, inputs }));
  if (existing)
    context.out.note(["{name} is installed already; nothing was changed.", "{name} 已安装，未做更改。"], {
      name,
    });
  const state = given.wait ? await untilRunning(context, cluster, installation) : installation;
  context.out.result(state, () =>
    context.out.say(
      [
        "installation.hub.sealos.io/{name} in {namespace}: {phase}",
        "{namespace} 中的 installation.hub.sealos.io/{name}：{phase}",
      ],
      {
        name,
        namespace,
        phase: [state.status?.phase ?? "Pending", state.status?.address].filter(Boolean).join(" "),
      },
    ),
  );
}

async function inputsInFile({ cwd }: Context, file: string | undefined): Promise<Record<string, string>> {
  if (!file) return {};
  const values: unknown = parse(await readFile(resolve(cwd, file), "utf8"));
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new CommandError(["{file} holds no names with values.", "{file} 中没有键值。"], {
      params: { file },
      exit: "usage",
    });
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

interface Wanted {
  image: string;
  name: string;
  inputs: Record<string, string>;
}

/** Inputs that the image calls secret go into a Secret; without a Hub to say which, all do. */
async function create(
  context: Context,
  { cluster, namespace }: Workspace,
  wanted: Wanted,
): Promise<Installation> {
  const { image, name, inputs } = wanted;
  const isSecret = Object.keys(inputs).length > 0 ? await secrecyOf(context, image) : () => false;
  const entries = Object.entries(inputs);
  const open = Object.fromEntries(entries.filter(([key]) => !isSecret(key)));
  const secret = Object.fromEntries(entries.filter(([key]) => isSecret(key)));
  const secretRef = { name: `${name}-inputs` };
  const ref = { apiVersion: "v1", kind: "Secret", namespace, ...secretRef };
  const hasSecrets = Object.keys(secret).length > 0;
  if (hasSecrets) {
    const metadata = { ...secretRef, namespace, labels: { [label.installation]: name } };
    try {
      await cluster.create({
        apiVersion: "v1",
        kind: "Secret",
        metadata,
        type: "Opaque",
        stringData: secret,
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await cluster.patch(ref, { stringData: secret }, { type: "merge" });
    }
  }
  const made = await cluster.create<Installation>({
    ...INSTALLATION,
    kind: "Installation",
    metadata: { name, namespace },
    spec: { image, inputs: open, ...(hasSecrets && { inputsFrom: [{ secretRef }] }) },
  });
  if (hasSecrets) {
    // The Secret goes when its installation goes.
    const ownerReferences = [
      { apiVersion: API_VERSION, kind: "Installation", name, uid: made.metadata.uid ?? "" },
    ];
    await cluster.patch(ref, { metadata: { ownerReferences } }, { type: "merge" });
  }
  return made;
}

async function secrecyOf(context: Context, image: string): Promise<(input: string) => boolean> {
  const api = await findHubApi(context);
  if (!api) return () => true;
  const { org = "", repo = "", tag = "" } = parseImageReference(image) ?? {};
  const detail = await api.ask<{ inputs: { name: string; secret?: boolean }[] }>(
    "GET",
    `/api/hub/repositories/${org}/${repo}?tag=${encodeURIComponent(tag)}`,
  );
  const secret = new Set(detail.inputs.filter((input) => input.secret).map((input) => input.name));
  return (input) => secret.has(input);
}

/** What would happen. Throws what stands in the way. */
export async function printPlan(context: Context, namespace: string, wanted: Wanted): Promise<void> {
  const { ask } = await hubApi(context);
  const plan = await ask<Plan>("POST", `/api/namespaces/${encodeURIComponent(namespace)}/plan`, wanted);
  context.out.result(plan, () => [
    `${plan.image}@${plan.digest}`,
    ...plan.brings.map(({ image, installed }) => `  + ${image}${installed ? " ✓" : ""}`),
    ...plan.objects.flatMap(({ operation, kind, name, diff = [], problem }) => [
      `  ${operation} ${kind}/${name}${problem ? ` ! ${problem}` : ""}`,
      ...diff.flatMap(({ path, before, after }) => [
        ...(before === undefined ? [] : [`    - ${path}: ${before}`]),
        ...(after === undefined ? [] : [`    + ${path}: ${after}`]),
      ]),
    ]),
    ...plan.rights.map(({ message, level }) => `  ${level === "warning" ? "!" : "·"} ${message}`),
    ...plan.notices.map(({ message, level }) => `  ${level === "warning" ? "!" : "·"} ${message}`),
  ]);
  if (plan.possible) return;
  const message = plan.blockers.map((blocker) => blocker.message).join(" ");
  throw new CommandError([message, message]);
}
