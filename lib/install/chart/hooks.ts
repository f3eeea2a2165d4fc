import { createHash } from "node:crypto";
import type { Rendered, RenderedObject } from "../render-types.ts";
import { notice } from "../rules/types.ts";

const HOOK = "helm.sh/hook";
/** Hooks that run when an app is installed. */
const AT_INSTALL = /^(pre|post)-install$/;

/**
 * Helm's hooks, for a reconciler that has no moments before and after: what runs at an install is an ordinary object, named
 * by its content where it runs to an end, so that it runs again when it changes; hooks of other moments are left out. The
 * plan says both.
 */
export function withoutHooks({ objects, notices }: Rendered): Rendered {
  const said = [...notices];
  const kept = objects.flatMap((rendered): RenderedObject[] => {
    const hook = rendered.object.metadata.annotations?.[HOOK];
    if (hook === undefined) return [rendered];
    const moments = hook.split(",").map((each) => each.trim());
    if (!moments.some((each) => AT_INSTALL.test(each))) {
      const tests = moments.every((each) => each.startsWith("test"));
      const sentence = `is left out: hooks of Helm of this kind (${hook}) are not run`;
      said.push(notice(rendered, tests ? "info" : "warning", "hook-dropped", sentence, { hook }));
      return [];
    }
    const sentence = `is a hook of Helm (${hook}); it is applied together with everything else, and runs again when it changes`;
    said.push(notice(rendered, "warning", "hook-ordinary", sentence, { hook }));
    return [namedByContent(rendered)];
  });
  return { objects: kept, notices: said };
}

/** A Job cannot be changed: a changed one is another, and the former is pruned. */
function namedByContent(rendered: RenderedObject): RenderedObject {
  const { object } = rendered;
  if (object.kind !== "Job" && object.kind !== "Pod") return rendered;
  const hash = createHash("sha256").update(JSON.stringify(object)).digest("hex").slice(0, 8);
  const name = `${object.metadata.name.slice(0, 54)}-${hash}`;
  return { ...rendered, object: { ...object, metadata: { ...object.metadata, name } } };
}
