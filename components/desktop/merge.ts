import type { Desktop } from "@/lib/model/resources";

export type DesktopSpec = Desktop["spec"];

/** Deep equality of JSON values; the order of an object's fields does not matter (the server sorts them). */
function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || !left || !right) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((each, index) => same(each, right[index]))
    );
  }
  const [ours, theirs] = [left as Record<string, unknown>, right as Record<string, unknown>];
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].every((key) =>
    same(ours[key], theirs[key]),
  );
}

/**
 * Three-way merge of a list of things named by their app: what was changed here since `base` stays as it is here,
 * everything else becomes what it is on the server. So a window that is being dragged does not jump when another
 * browser saves.
 */
function rebaseList<T extends { app: string }>(
  base: readonly T[],
  local: readonly T[],
  remote: readonly T[],
): readonly T[] {
  const find = (list: readonly T[], app: string) => list.find((each) => each.app === app);
  const result: T[] = [];
  for (const theirs of remote) {
    const ours = find(local, theirs.app);
    const was = find(base, theirs.app);
    if (same(ours, was)) result.push(theirs);
    else if (ours) result.push(ours);
  }
  for (const ours of local) {
    if (find(remote, ours.app)) continue;
    // Not there: either new here, or removed there. Removed there wins only if nothing was changed here.
    if (!same(ours, find(base, ours.app))) result.push(ours);
  }
  return same(result, local) ? local : result;
}

/** The same for a whole desktop; fields without parts go by field. */
export function rebase(base: DesktopSpec, local: DesktopSpec, remote: DesktopSpec): DesktopSpec {
  const pick = <Key extends keyof DesktopSpec>(key: Key) =>
    same(local[key], base[key]) ? remote[key] : local[key];
  return clean({
    icons: [...rebaseList(base.icons ?? [], local.icons ?? [], remote.icons ?? [])],
    windows: [...rebaseList(base.windows ?? [], local.windows ?? [], remote.windows ?? [])],
    dock: pick("dock"),
    wallpaper: pick("wallpaper"),
    theme: pick("theme"),
    locale: pick("locale"),
  });
}

/** JSON merge patch (RFC 7396) that turns `base` into `local`; undefined when there is nothing to do. */
export function patchOf(base: DesktopSpec, local: DesktopSpec): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const key of ["icons", "windows", "dock", "wallpaper", "theme", "locale"] as const) {
    const [was, is] = [base[key], local[key]];
    const empty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
    if (same(was, is) || (empty(was) && empty(is))) continue;
    patch[key] = is ?? null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function clean(spec: DesktopSpec): DesktopSpec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as DesktopSpec;
}
