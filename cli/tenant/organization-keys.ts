import type { OrganizationView } from "../../lib/model/organization-views.ts";
import { publicKeyOf } from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { readPublicKey } from "../registry/keys.ts";
import { type HubApi, hubApi } from "./hub-api.ts";

function pathOf(org: string, ...more: string[]): string {
  return ["/api/hub/organizations", ...[org, ...more].map(encodeURIComponent)].join("/");
}

export async function listKeys(context: Context, { name }: { name: string }): Promise<void> {
  const { ask } = await hubApi(context);
  const { keys, requireSignature, clusterRequiresSignatures } = await ask<OrganizationView>(
    "GET",
    pathOf(name),
  );
  context.out.table(keys, [
    { title: "FINGERPRINT", of: ({ fingerprint }) => fingerprint },
    { title: "KIND", of: ({ kind }) => kind },
  ]);
  if (requireSignature || clusterRequiresSignatures)
    context.out.note(
      ["Only images that are signed with one of them are installed.", "只有用其中之一签名的镜像才能安装。"],
      {},
    );
}

/** The public half of whatever is in the file, so that a private key never leaves the machine. */
export async function addKey(
  context: Context,
  { name, file }: { name: string; file: string },
): Promise<void> {
  const key = publicKeyOf(await readPublicKey(context, file));
  const { ask } = await hubApi(context);
  await ask<OrganizationView>("POST", pathOf(name, "keys"), { publicKey: key.pem });
  const { fingerprint, kind } = key;
  context.out.result({ name, fingerprint, kind }, () =>
    context.out.say(
      [
        "Images of {name} that are signed with {fingerprint} are verified.",
        "{name} 用 {fingerprint} 签名的镜像会通过校验。",
      ],
      { name, fingerprint },
    ),
  );
}

export async function removeKey(
  context: Context,
  { name, key }: { name: string; key: string },
): Promise<void> {
  const { ask } = await hubApi(context);
  const fingerprint = await fingerprintOf(ask, name, key);
  await ask("DELETE", pathOf(name, "keys", fingerprint));
  context.out.result({ name, fingerprint }, () =>
    context.out.say(["{fingerprint} is no key of {name} any more.", "{fingerprint} 不再是 {name} 的公钥。"], {
      fingerprint,
      name,
    }),
  );
}

async function fingerprintOf(ask: HubApi["ask"], name: string, given: string): Promise<string> {
  const { keys } = await ask<OrganizationView>("GET", pathOf(name));
  const beginning = given.replace(/^sha256:/, "");
  const found = keys.filter(({ fingerprint }) => fingerprint.startsWith(`sha256:${beginning}`));
  if (found.length === 1 && found[0]) return found[0].fingerprint;
  throw new CommandError(
    found.length === 0
      ? [
          "{name} has no key {key}. See: hub org keys list {name}",
          "{name} 没有公钥 {key}，请查看：hub org keys list {name}",
        ]
      : [
          "Several keys of {name} begin with {key}; write more of it.",
          "{name} 有多个公钥以 {key} 开头，请写得更长。",
        ],
    { params: { name, key: given }, exit: found.length === 0 ? "not-found" : "usage" },
  );
}

export async function requireSignature(
  context: Context,
  { name, required }: { name: string; required: string },
): Promise<void> {
  const { ask } = await hubApi(context);
  const changed = await ask<OrganizationView>("PUT", pathOf(name, "signatures"), {
    required: required === "on",
  });
  context.out.result({ name, requireSignature: changed.requireSignature }, () =>
    context.out.say(
      changed.requireSignature
        ? [
            "Only signed images of {name} are installed from now on. What is installed goes on.",
            "从现在起，{name} 的镜像必须签名才能安装；已安装的不受影响。",
          ]
        : ["Images of {name} need no signature any more.", "{name} 的镜像不再需要签名。"],
      { name },
    ),
  );
}
