import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import { type Cluster, isAlreadyExists } from "../../lib/cluster/index.ts";
import { parseImageReference } from "../../lib/model/names.ts";
import type { Plan } from "../../lib/model/plan.ts";
import type { RepositoryDetail } from "../../lib/model/repository-views.ts";
import {
  API_VERSION,
  type InputDeclaration,
  type Installation,
  label,
  type ProviderChoice,
} from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { refuseOverBudget } from "./budget.ts";
import { costLines } from "./estimate.ts";
import { findHubApi, hubApi } from "./hub-api.ts";
import { INSTALLATION, inputsOf, refuseLarge, untilRunning } from "./installation.ts";
import { type Workspace, writableWorkspaceOf } from "./workspace.ts";

interface Given {
  image: string;
  name: string | undefined;
  set: string[];
  values: string | undefined;
  provider: string[];
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
  const providers = choicesOf(given.provider);
  const workspace = await writableWorkspaceOf(context);
  const { cluster, namespace } = workspace;
  if (given.dryRun)
    return printPlan(context, namespace, { image, name, inputs, ...(providers && { providers }) });
  const existing = await cluster.find<Installation>({ ...INSTALLATION, namespace, name });
  if (existing && existing.spec.image.split(/[:@]/)[0] !== `${org}/${repo}`)
    throw new CommandError(
      [
        "{name} is an installation of {image} already. Choose another name with --name.",
        "{name} 已是 {image} 的安装，请用 --name 指定其他名称。",
      ],
      { params: { name, image: existing.spec.image } },
    );
  const installation =
    existing ?? (await create(context, workspace, { image, name, inputs, ...(providers && { providers }) }));
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

/** `KIND.GROUP=ORG/REPO[:TAG]` options; undefined without any. */
function choicesOf(pairs: readonly string[]): ProviderChoice[] | undefined {
  if (pairs.length === 0) return undefined;
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    const [kind, image] = [pair.slice(0, at), pair.slice(at + 1)];
    if (at > 0 && /^[A-Za-z][-A-Za-z0-9]*\../.test(kind) && parseImageReference(image))
      return { kind, image };
    throw new CommandError(
      [
        "--provider takes KIND.GROUP=ORG/REPO[:TAG], not {pair}. --dry-run names the kinds and what brings them.",
        "--provider 应为 KIND.GROUP=ORG/REPO[:TAG]，而不是 {pair}。--dry-run 会列出类型及可提供它们的镜像。",
      ],
      { params: { pair }, exit: "usage" },
    );
  });
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
  providers?: ProviderChoice[];
  recreate?: string[];
}

async function create(
  context: Context,
  { cluster, namespace }: Workspace,
  { image, name, inputs, providers }: Wanted,
): Promise<Installation> {
  const asked = Object.keys(inputs).length > 0 && (await findHubApi(context));
  const declared = asked ? await declaredInputs(context, image) : undefined;
  const wanted = {
    ...INSTALLATION,
    kind: "Installation" as const,
    metadata: { name, namespace },
    spec: { image },
  };
  // Before anything is written.
  await refuseOverBudget(cluster, namespace);
  const { open, inputsFrom } = await writeInputs(cluster, wanted, inputs, declared);
  const made = await cluster.create<Installation>({
    ...wanted,
    spec: { image, inputs: open, ...(providers && { providers }), ...(inputsFrom ? { inputsFrom } : {}) },
  });
  if (inputsFrom) await ownInputs(cluster, made);
  return made;
}

const inputsSecret = ({ metadata: { name, namespace = "" } }: Installation) => ({
  apiVersion: "v1",
  kind: "Secret",
  namespace,
  name: `${name}-inputs`,
});

/**
 * Puts inputs that the image calls secret into a Secret; without a declaration to say which, all of them. Returns the
 * others, and where the secret ones are when there are any.
 */
export async function writeInputs(
  cluster: Cluster,
  installation: Installation,
  inputs: Record<string, string>,
  declared: readonly InputDeclaration[] | undefined,
): Promise<{ open: Record<string, string>; inputsFrom?: { secretRef: { name: string } }[] }> {
  refuseLarge(inputs);
  const isSecret = (key: string) => !declared || declared.some((each) => each.name === key && each.secret);
  const entries = Object.entries(inputs);
  const open = Object.fromEntries(entries.filter(([key]) => !isSecret(key)));
  const stringData = Object.fromEntries(entries.filter(([key]) => isSecret(key)));
  if (Object.keys(stringData).length === 0) return { open };
  const ref = inputsSecret(installation);
  const { apiVersion, kind, ...place } = ref;
  const metadata = { ...place, labels: { [label.installation]: installation.metadata.name } };
  try {
    await cluster.create({ apiVersion, kind, metadata, type: "Opaque", stringData });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await cluster.patch(ref, { stringData }, { type: "merge" });
  }
  if (installation.metadata.uid) await ownInputs(cluster, installation);
  return { open, inputsFrom: [{ secretRef: { name: ref.name } }] };
}

/** The Secret goes when its installation goes. */
async function ownInputs(cluster: Cluster, installation: Installation): Promise<void> {
  const { name, uid = "" } = installation.metadata;
  const ownerReferences = [{ apiVersion: API_VERSION, kind: "Installation", name, uid }];
  await cluster.patch(inputsSecret(installation), { metadata: { ownerReferences } }, { type: "merge" });
}

/** What the Hub says that an image asks for. */
export async function declaredInputs(context: Context, image: string): Promise<InputDeclaration[]> {
  const { ask } = await hubApi(context);
  const { org = "", repo = "", tag = "" } = parseImageReference(image) ?? {};
  const detail = await ask<RepositoryDetail>(
    "GET",
    `/api/hub/repositories/${org}/${repo}?tag=${encodeURIComponent(tag)}`,
  );
  return detail.inputs;
}

/** What would happen. Throws what stands in the way. */
export async function printPlan(context: Context, namespace: string, wanted: Wanted): Promise<void> {
  const { ask } = await hubApi(context);
  say(context, await ask<Plan>("POST", `/api/namespaces/${encodeURIComponent(namespace)}/plan`, wanted));
}

/** What going back to a revision would do. Throws what stands in the way. */
export async function printRollback(
  context: Context,
  namespace: string,
  name: string,
  { revision, recreate }: { revision: number; recreate: string[] },
): Promise<void> {
  const { ask } = await hubApi(context);
  const path = [namespace, "installations", name, "revisions", String(revision)].map(encodeURIComponent);
  const query = recreate.length > 0 ? `?recreate=${encodeURIComponent(recreate.join(","))}` : "";
  say(context, await ask<Plan>("GET", `/api/namespaces/${path.join("/")}${query}`));
}

function say(context: Context, plan: Plan): void {
  context.out.result(plan, () => [
    `${plan.image.split("@")[0]}@${plan.digest}`,
    ...plan.brings.map(({ image, installed }) => `  + ${image}${installed ? " ✓" : ""}`),
    ...(plan.providers ?? []).flatMap(({ kind, message, offers, taken }) => [
      `  ${kind}: ${message}`,
      ...offers.map(
        ({ image, title, trusted, installed }) =>
          `    ${image === taken ? "●" : "○"} ${image} (${title})${installed ? " ✓" : ""}${trusted ? "" : " !"}`,
      ),
    ]),
    ...plan.objects.flatMap(({ operation, kind, name, diff = [], problem }) => [
      `  ${operation} ${kind}/${name}${problem ? ` ! ${problem}` : ""}`,
      ...diff.flatMap(({ path, before, after }) => [
        ...(before === undefined ? [] : [`    - ${path}: ${before}`]),
        ...(after === undefined ? [] : [`    + ${path}: ${after}`]),
      ]),
    ]),
    ...(plan.restarts ?? []).map(({ kind, name }) => `  restart ${kind}/${name}`),
    ...plan.rights.map(
      ({ message, level, added }) => `  ${level === "warning" ? "!" : "·"} ${added ? "new: " : ""}${message}`,
    ),
    ...costLines(context, plan.cost),
    ...plan.notices.map(({ message, level }) => `  ${level === "warning" ? "!" : "·"} ${message}`),
  ]);
  if (plan.possible) return;
  const message = plan.blockers.map((blocker) => blocker.message).join(" ");
  throw new CommandError([message, message]);
}
