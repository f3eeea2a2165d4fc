import { planInstall } from "../install/plan.ts";
import { readValues, revisionsOf } from "../install/revisions.ts";
import { hostsOf } from "../install/tenant-rules.ts";
import { automaticTag } from "../install/versions.ts";
import { parseImageReference } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, FIELD_MANAGER, type Installation } from "../model/resources.ts";
import { resolveFor } from "./access.ts";
import { repositoryOf } from "./available.ts";
import { unsignedProvider } from "./signatures.ts";
import type { ConditionUpdate } from "./status.ts";
import { installerUser, report, type Subject } from "./subject.ts";
import { opensIn } from "./window.ts";
import type { World } from "./world.ts";

/** Condition of an Installation: whether it takes what its policy allows; `False` says why it does not. */
const CONDITION = "AutomaticUpgrade";
/** What stood in the way is planned again after so long. */
const AGAIN_MS = 600_000;

type Said = Omit<ConditionUpdate, "type">;
type Wanted = { tag: string; digest: string; image: string };

/**
 * Takes the newest version that the policy allows, once, while the window is open. What needs a person (new inputs, new
 * rights, or anything that the plan says is impossible) is said in a condition instead. Returns after how many
 * milliseconds to look again.
 */
export async function upgradeByItself(world: World, subject: Subject): Promise<number | undefined> {
  const { installation, memory } = subject;
  const { spec, status, metadata } = installation;
  const wanted = wantedOf(world, installation);
  if (!wanted) {
    const said = status?.conditions?.find(({ type }) => type === CONDITION);
    if (said && said.reason !== "UpToDate") await say(world, subject, UP_TO_DATE);
    return undefined;
  }
  if (status?.phase !== "Running") return undefined;
  const opening = openingOf(spec);
  if ("said" in opening) {
    await say(world, subject, opening.said);
    return undefined;
  }
  if (opening.inMs !== 0) {
    const message = `${wanted.tag} is taken when the maintenance window opens.`;
    await say(world, subject, { status: "True", reason: "Waiting", message });
    return opening.inMs;
  }
  const what = `${wanted.digest} ${metadata.generation}`;
  if (memory.considered?.what === what && performance.now() - memory.considered.at < AGAIN_MS)
    return AGAIN_MS;
  memory.considered = { what, at: performance.now() };
  const { objection, gone } = await considered(world, installation, wanted);
  if (objection) {
    await say(world, subject, objection);
    return AGAIN_MS;
  }
  await say(world, subject, {
    status: "True",
    reason: "Upgrading",
    message: `${wanted.tag} is being taken.`,
  });
  const { name, namespace = "" } = metadata;
  await world.cluster.patch(
    { apiVersion: API_VERSION, kind: "Installation", name, namespace },
    [
      // Somebody may have wanted something else meanwhile.
      { op: "test", path: "/spec/image", value: spec.image },
      { op: "replace", path: "/spec/image", value: wanted.image },
      ...gone.map((input) => ({ op: "remove" as const, path: `/spec/inputs/${escaped(input)}` })),
    ],
    { type: "json", fieldManager: FIELD_MANAGER },
  );
  return undefined;
}

/** A key within a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

const UP_TO_DATE: Said = {
  status: "True",
  reason: "UpToDate",
  message: "There is nothing newer that the policy allows.",
};

function say(world: World, subject: Subject, said: Said): Promise<void> {
  return report(world, subject, { conditions: [{ type: CONDITION, ...said }] });
}

function wantedOf(world: World, installation: Installation): Wanted | undefined {
  const { spec, status } = installation;
  const image = parseImageReference(spec.image);
  const policy = spec.upgrade?.policy ?? "none";
  if (!image || policy === "none" || status?.mode !== "application") return undefined;
  // Of what is stopped, by whomever, nobody can tell whether it would run.
  if (world.isToStop(installation)) return undefined;
  const known = repositoryOf(world, image)?.status;
  const found = automaticTag(policy, image, known?.tags ?? [], known?.latestTag);
  // With its digest: what was planned is what is taken, wherever the tag moves meanwhile.
  return found && { ...found, image: `${image.org}/${image.repo}:${found.tag}@${found.digest}` };
}

function openingOf({ upgrade }: Installation["spec"]): { inMs: number | undefined } | { said: Said } {
  if (!upgrade?.window) return { inMs: 0 };
  try {
    return { inMs: opensIn(upgrade.window, new Date()) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The maintenance window cannot be read: ${why}. Correct spec.upgrade.window.`;
    return { said: { status: "False", reason: "WindowInvalid", message } };
  }
}

/** Why a version is not taken without a person, and otherwise which inputs it does not have any more. */
async function considered(
  world: World,
  installation: Installation,
  { tag, digest, image }: Wanted,
): Promise<{ objection?: Said; gone: string[] }> {
  const { name, namespace = "" } = installation.metadata;
  const no = (reason: string, message: string) => ({
    objection: { status: "False" as const, reason, message },
    gone: [],
  });
  const installer = world.cluster.as(installerUser(namespace));
  const revisions = await revisionsOf(installer, namespace, name);
  const { upgrade } = installation.status ?? {};
  const takenBack = upgrade?.phase === "RolledBack" && upgrade.to.image === image;
  if (takenBack || revisions.some(({ data }) => data.digest === digest))
    return no(
      "TakenBack",
      `${tag} was taken before and this installation went back from it. Upgrade it by hand.`,
    );
  try {
    const resolved = await resolveFor(world, namespace, image);
    const [newest] = revisions;
    const values = newest && (await readValues(installer, namespace, newest.data.values));
    const declared = new Set(resolved.content.inputs.map((input) => input.name));
    const inputs = Object.entries(values?.inputs ?? {}).filter(([input]) => declared.has(input));
    const plan = await planInstall(
      { namespace, name, image, inputs: Object.fromEntries(inputs) },
      {
        cluster: installer,
        images: world.images,
        offers: world.offers,
        isTrusted: (org) => world.organizations.get(undefined, org)?.spec.trusted === true,
        provider: (provider) => world.providers.get(undefined, provider),
        defaults: world.defaults(),
        objection: (offer) =>
          world.catalogue
            .list()
            .find(({ spec }) => spec.repository === offer.name && spec.digest === offer.digest)?.status
            ?.objection,
        unsigned: (signable) => unsignedProvider(world, signable),
        runnerImage: world.runnerImage,
        cloud: world.cloud,
        consoleHosts: world.consoleHosts,
        hostsInUse: hostsOf(world.ingresses.list()),
        tenantRules: await world.tenantRules(),
        imageMirrors: world.imageMirrors,
      },
    );
    const [blocker] = plan.blockers;
    if (blocker) return no("Impossible", `${tag}: ${blocker.message}`);
    const rights = plan.rights.filter(({ added }) => added).map(({ message }) => message);
    const brings = plan.brings.filter(({ installed }) => !installed).map(({ message }) => message);
    if (rights.length + brings.length > 0)
      return no(
        "NeedsRights",
        `${tag} asks for more than what is installed: ${[...rights, ...brings].join(" ")}`,
      );
    return { gone: Object.keys(installation.spec.inputs ?? {}).filter((input) => !declared.has(input)) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const inputs = error.code === "input-missing" || error.code === "input-invalid";
    return no(inputs ? "NeedsInputs" : "Impossible", `${tag}: ${error.message}`);
  }
}
