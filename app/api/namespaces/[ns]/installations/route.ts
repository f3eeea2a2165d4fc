import { z } from "zod";
import { json, route } from "@/lib/auth/route.ts";
import {
  clusterObject,
  imageDigest,
  imageReference,
  inNamespace,
  inputValues,
  installationName,
  providerChoices,
} from "../../../parameters.ts";

const body = z.strictObject({
  image: imageReference,
  digest: imageDigest.optional(),
  inputs: inputValues.default({}),
  secretInputs: inputValues.optional(),
  providers: providerChoices.optional(),
  name: installationName.optional(),
});

export const POST = route(
  {
    id: "createInstallation",
    summary: "Install an image; installing it again changes nothing (200 instead of 201)",
    params: inNamespace,
    body,
    answer: clusterObject,
    status: 201,
  },
  async ({ operations, hub, visitor, params: { ns }, body: wanted }) => {
    const { installation, created } = await operations.install(hub, visitor.uid, ns, wanted);
    return json(installation, created ? 201 : 200);
  },
);
