import type { MeterDeclaration } from "../model/image.ts";
import type { PlanNotice } from "../model/plan.ts";
import { because } from "../model/reasons.ts";

/** What an image's own meter counts. */
export function counting({ title, unit, field, count, endpoint }: MeterDeclaration): PlanNotice {
  const of = field ?? count;
  const said = of
    ? {
        message: `${title}: this app counts ${field ? "a field of its objects" : "its objects"} of kind ${of.kind}, in ${unit}.`,
        ...because(field ? "counts-field" : "counts-objects", { title, unit, kind: of.kind }),
      }
    : {
        message: `${title}: this app tells a number of its own through its service ${endpoint?.service}, in ${unit}.`,
        ...because("counts-endpoint", { title, unit, service: endpoint?.service ?? "" }),
      };
  return { level: "info", code: "metering", ...said };
}

/** What reading the image mended. */
export function mended(message: string): PlanNotice {
  const words = because("image-mended", { text: message });
  return { level: "info", code: words.reason, message, ...words };
}
