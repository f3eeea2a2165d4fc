import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { signatureStates } from "@/lib/model/signature.ts";
import { repositoryParams, tagName } from "../../../../parameters.ts";
import { repositoryCard } from "../../../card.ts";
import { editView, visibility } from "../../../organization.ts";

const input = z.looseObject({ name: z.string(), type: z.enum(["string", "number", "boolean", "choice"]) });
const answer = z.object({
  card: repositoryCard,
  tag: z.string(),
  tags: z.array(
    z.object({
      tag: z.string(),
      digest: z.string(),
      size: z.number(),
      createdAt: z.string(),
      version: z.string().optional(),
      deprecated: z.boolean().optional(),
      deprecatedReason: z.string().optional(),
      releaseNotes: z.string().optional(),
      signature: z.object({ state: z.enum(signatureStates), key: z.string().optional() }).optional(),
    }),
  ),
  inputs: z.array(input),
  actions: z.array(
    z.looseObject({ name: z.string(), by: z.enum(["patch", "create", "apply", "delete", "cmd"]) }),
  ),
  permissions: z.array(
    z.object({
      message: z.string(),
      i18n: z.record(z.string(), z.string()),
      code: z.string().optional(),
      params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  ),
  requires: z.array(
    z.object({
      requirement: z.union([
        z.object({ image: z.string() }),
        z.object({ apiVersion: z.string(), kind: z.string() }),
      ]),
      title: z.string().optional(),
      satisfied: z.boolean(),
      providedBy: repositoryCard.optional(),
    }),
  ),
  containerImages: z.array(z.string()),
  command: z.object({ lines: z.array(z.string()), runs: z.enum(["natively", "container"]) }).optional(),
  links: z.array(z.object({ name: z.string(), url: z.string() })),
  licence: z.string().optional(),
  generated: z.array(z.object({ name: z.string(), description: z.string().optional() })),
  readmes: z.array(z.string()),
  visibility,
  editable: z.boolean(),
});

export const GET = route(
  {
    id: "getRepository",
    summary: "One image: its tags, inputs, actions and permissions",
    params: repositoryParams,
    query: z.object({ tag: tagName.optional() }),
    answer,
  },
  async ({ operations, hub, visitor, params: { org, repo }, query: { tag } }) =>
    operations.repositoryDetail(hub, visitor.uid, await hub.catalogue.resolve(visitor.uid, org, repo, tag)),
);

export const PATCH = route(
  {
    id: "changeRepository",
    summary: "Show a repository to everybody, or to its organization's members only",
    params: repositoryParams,
    body: z.strictObject({ visibility }),
    answer: editView,
  },
  ({ operations, hub, visitor, params: { org, repo }, body }) =>
    operations.setVisibility(hub, visitor, org, repo, body.visibility),
);

export const DELETE = route(
  {
    id: "unpublishRepository",
    summary: "Take a repository that is installed nowhere out of the Hub",
    params: repositoryParams,
    status: 204,
  },
  async ({ operations, hub, visitor, params: { org, repo } }) => {
    await operations.unpublish(hub, visitor, org, repo);
    return undefined;
  },
);
