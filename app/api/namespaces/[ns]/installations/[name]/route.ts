import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import {
  clusterObject,
  imageReference,
  inNamespace,
  inputValues,
  objectName,
} from "../../../../parameters.ts";

const params = inNamespace.extend({ name: objectName });

export const PATCH = route(
  {
    id: "changeInstallation",
    summary: "Change image, inputs, suspension or schedule of an installation, or try again",
    params,
    body: z.strictObject({
      image: imageReference.optional(),
      inputs: inputValues.optional(),
      secretInputs: inputValues.optional(),
      suspended: z.boolean().optional(),
      schedule: z
        .strictObject({
          stop: z.string().max(100).optional(),
          start: z.string().max(100).optional(),
          timeZone: z.string().max(64).optional(),
        })
        .nullable()
        .optional(),
      retry: z.literal(true).optional(),
    }),
    answer: clusterObject,
  },
  ({ operations, hub, visitor, params: { ns, name }, body }) =>
    operations.change(hub, visitor.uid, ns, name, body),
);

export const DELETE = route(
  {
    id: "deleteInstallation",
    summary: "Uninstall; volumes are kept unless told otherwise",
    params,
    query: z.object({ volumes: z.enum(["keep", "delete"]).default("keep") }),
    status: 202,
  },
  async ({ operations, hub, visitor, params: { ns, name }, query: { volumes } }) => {
    await operations.uninstall(hub, visitor.uid, ns, name, volumes);
    return undefined;
  },
);
