import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import {
  imageReference,
  inNamespace,
  inputValues,
  installationName,
  objectNames,
  providerChoices,
} from "../../../parameters.ts";
import { planAnswer } from "./answer.ts";

export const POST = route(
  {
    id: "planInstallation",
    summary: "What installing would do; nothing is changed",
    params: inNamespace,
    body: z.strictObject({
      image: imageReference,
      inputs: inputValues.default({}),
      name: installationName.optional(),
      recreate: objectNames.optional(),
      providers: providerChoices.optional(),
    }),
    answer: planAnswer,
  },
  ({ operations, hub, visitor, params: { ns }, body }) =>
    hub.shares.plans.during(visitor.uid, () => operations.plan(hub, visitor.uid, ns, body)),
);
