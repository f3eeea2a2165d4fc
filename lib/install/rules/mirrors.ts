import { mirrored } from "../mirrors.ts";
import { containersOf, podTemplate } from "./pod-templates.ts";
import { notice, type Rule } from "./types.ts";

/** Container images come from the mirrors that the cluster has, and the plan says from where. */
export const mirrors: Rule = (rendered, { imageMirrors = [] }) => {
  if (imageMirrors.length === 0 || !podTemplate(rendered.object)) return {};
  const object = structuredClone(rendered.object);
  const moved = new Map<string, string>();
  const template = podTemplate(object);
  for (const container of template ? containersOf(template) : []) {
    const { image } = container;
    const place = typeof image === "string" ? mirrored(image, imageMirrors) : undefined;
    if (typeof image !== "string" || place === undefined) continue;
    container.image = place;
    moved.set(image, place);
  }
  if (moved.size === 0) return {};
  const notices = [...moved].map(([image, mirror]) =>
    notice(rendered, "info", "image-mirrored", `gets ${image} from this cluster's mirror, ${mirror}`, {
      image,
      mirror,
    }),
  );
  return { object, notices };
};
