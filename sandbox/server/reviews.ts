import { rulesFor } from "../access/index.ts";
import type { User } from "./authentication.ts";
import type { Attributes } from "./authorization.ts";
import type { Backend } from "./cluster.ts";
import { at, type Fields, isFields, type KubeObject, text, timestamp } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import type { RequestContext } from "./request.ts";
import { badRequest } from "./status.ts";

type Review = (backend: Backend, object: KubeObject, context: RequestContext) => Fields;

/** Kinds that are questions: they are answered and never kept. */
const REVIEWS: Record<string, Review> = {
  selfsubjectaccessreviews: (backend, object, { user }) => decide(backend, user, object),
  subjectaccessreviews: (backend, object) => decide(backend, subject(object), object),
  localsubjectaccessreviews(backend, object, { info }) {
    if (text(object, "spec", "resourceAttributes", "namespace") !== info.namespace) {
      throw badRequest("spec.resourceAttributes.namespace must match metadata.namespace");
    }
    return decide(backend, subject(object), object);
  },
  selfsubjectrulesreviews: (backend, object, { user }) =>
    rulesFor(user, text(object, "spec", "namespace") ?? "", backend.access),
  selfsubjectreviews: (_backend, _object, { user }) => ({ userInfo: info(user) }),
  tokenreviews(backend, object, { now }) {
    const found = backend.tokens.review(text(object, "spec", "token") ?? "", now.getTime());
    if (!found) return { user: {}, error: "[invalid bearer token]" };
    return { authenticated: true, user: info(found.user), audiences: found.audiences };
  },
};

/** The answer to a review; undefined when the type is none. */
export function review(
  backend: Backend,
  type: ResourceType,
  object: KubeObject,
  context: RequestContext,
): KubeObject | undefined {
  const answer = REVIEWS[type.plural];
  if (!answer || !type.group.startsWith("auth")) return;
  const status = answer(backend, object, context);
  const metadata = { ...object.metadata, creationTimestamp: timestamp(context.now) };
  return { ...object, metadata, status };
}

function info({ name, uid, groups, extra }: User): Fields {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}

function subject(object: KubeObject): User {
  const spec = (isFields(object.spec) ? object.spec : {}) as { user?: string; groups?: string[] };
  if (!spec.user && !spec.groups?.length) throw badRequest("at least one of user or group must be specified");
  return { name: spec.user ?? "", groups: spec.groups ?? [] };
}

function decide(backend: Backend, user: User, object: KubeObject): Fields {
  const resource = at(object, "spec", "resourceAttributes");
  const path = at(object, "spec", "nonResourceAttributes");
  if (isFields(resource) === isFields(path)) {
    throw badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
  }
  const wanted = (resource ?? path) as Record<string, string | undefined>;
  const attributes: Attributes = resource
    ? {
        verb: wanted.verb ?? "",
        group: wanted.group ?? "",
        version: wanted.version ?? "",
        resource: wanted.resource ?? "",
        subresource: wanted.subresource ?? "",
        namespace: wanted.namespace ?? "",
        name: wanted.name ?? "",
      }
    : { verb: wanted.verb ?? "", path: wanted.path ?? "" };
  const { allowed, reason } = backend.access.authorize(user, attributes);
  return { allowed, ...(reason && { reason }) };
}
