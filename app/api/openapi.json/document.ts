import { z } from "zod";
import { problems } from "@/lib/model/problem.ts";
import type { Operation } from "./operations.ts";

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(problems) as [string, ...string[]]),
  detail: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  instance: z.string().optional(),
  requestId: z.string().optional(),
});

type Json = Record<string, unknown>;

/** The API's description (OpenAPI 3.1), made from the schemas that the routes check with. */
export function apiDescription(operations: readonly Operation[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const { path, method, route } of operations) {
    const { definition } = route;
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      operationId: definition.id,
      summary: definition.summary,
      parameters: [
        ...parameters(definition.params, "path"),
        ...parameters(definition.query, "query"),
        ...(method === "GET" ? [] : [{ $ref: "#/components/parameters/RequestedWith" }]),
      ],
      ...(definition.body && {
        requestBody: {
          required: true,
          content: { "application/json": { schema: schemaOf(definition.body, "input") } },
        },
      }),
      responses: {
        [definition.status ?? 200]: {
          description: definition.summary,
          ...goodContent(definition.answer, definition.produces),
        },
        default: { $ref: "#/components/responses/Problem" },
      },
      ...(definition.access === "public" && { security: [] }),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Sealos Hub", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "sealos-session" } },
      parameters: {
        RequestedWith: {
          name: "X-Requested-With",
          in: "header",
          required: true,
          description: "Keeps other sites from making requests in the visitor's name",
          schema: { const: "sealos-hub" },
        },
      },
      responses: {
        Problem: {
          description: "A problem (RFC 9457)",
          content: { "application/problem+json": { schema: schemaOf(problem, "output") } },
        },
      },
    },
  };
}

function goodContent(answer: z.ZodType | undefined, produces: string | undefined): Json {
  if (produces) return { content: { [produces]: { schema: { type: "string" } } } };
  return answer ? { content: { "application/json": { schema: schemaOf(answer, "output") } } } : {};
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  return rest;
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}
