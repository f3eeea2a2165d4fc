import { rulesFor } from "../access/index.ts";
import type { User } from "./authentication.ts";
import type { Attributes } from "./authorization.ts";
import type { Backend } from "./cluster.ts";
import { at, type Fields, isFields, type KubeObject, text, timestamp } from "./objects.ts";
import { writeOptions } from "./options.ts";
import type { ResourceType } from "./registry.ts";
import type { RequestContext } from "./request.ts";
import { badRequest, invalid } from "./status.ts";

type Review = (backend: Backend, object: KubeObject, context: RequestContext) => Fields;

/** Kinds that are questions: they are answered and never kept. */
const REVIEWS: Record<string, Review> = {
  selfsubjectaccessreviews: (backend, object, { user }) => decide(backend, user, object),
  subjectaccessreviews: (backend, object) => decide(backend, subject(object), object),
  localsubjectaccessreviews(backend, object, { info }) {
    const namespace = text(object, "spec", "resourceAttributes", "namespace");
    if (namespace !== info.namespace) {
      const field = "spec.resourceAttributes.namespace";
      throw refused(AUTHORIZATION, field, namespace ?? "", "must match metadata.namespace");
    }
    return decide(backend, subject(object), object);
  },
  selfsubjectrulesreviews: (backend, object, { user }) =>
    rulesFor(user, text(object, "spec", "namespace") ?? "", backend.access),
  selfsubjectreviews: (_backend, _object, { user }) => ({ userInfo: info(user) }),
  tokenreviews(backend, object, { now }) {
    if (!text(object, "spec", "token"))
      throw badRequest("token is required for TokenReview in authentication");
    const found = backend.tokens.review(text(object, "spec", "token") ?? "", now.getTime());
    if (!found) return { user: {}, error: "invalid bearer token" };
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
  const schema = backend.machinery.kind(type.group, type.version, type.kind);
  const read = schema ? backend.machinery.read(schema, object) : object;
  const status = answer(backend, read, context);
  const { creationTimestamp: _made, ...metadata } = read.metadata;
  if (type.plural === "selfsubjectrulesreviews")
    return { kind: type.kind, apiVersion: object.apiVersion, metadata: {}, spec: {}, status } as never;
  const asked = { ...read, metadata } as KubeObject;
  delete asked.status;
  const { manager } = writeOptions(context);
  const tracked = TRACKED.has(type.group)
    ? backend.machinery.track(type, undefined, asked, { manager, subresource: "", now: context.now })
    : asked;
  if (type.plural === "selfsubjectreviews")
    tracked.metadata = { ...tracked.metadata, creationTimestamp: timestamp(context.now) };
  return { ...tracked, status };
}

const TRACKED = new Set(["authorization.k8s.io", "authentication.k8s.io"]);

/** As the API server refuses a review: it does not name the kind. */
const refused = (group: string, field: string, value: unknown, why: string) =>
  invalid({ group, kind: "" }, "", [
    { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` },
  ]);
const AUTHORIZATION = "authorization.k8s.io";

function info({ name, uid, groups, extra }: User): Fields {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}

function subject(object: KubeObject): User {
  const spec = (isFields(object.spec) ? object.spec : {}) as { user?: string; groups?: string[] };
  if (!spec.user && !spec.groups?.length)
    throw refused(
      AUTHORIZATION,
      "spec.user",
      spec.user ?? "",
      "at least one of user or group must be specified",
    );
  return { name: spec.user ?? "", groups: spec.groups ?? [] };
}

function decide(backend: Backend, user: User, object: KubeObject): Fields {
  const resource = at(object, "spec", "resourceAttributes");
  const path = at(object, "spec", "nonResourceAttributes");
  if (isFields(resource) === isFields(path)) {
    throw refused(
      AUTHORIZATION,
      "spec.resourceAttributes",
      null,
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
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
