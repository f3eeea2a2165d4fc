import semver, { type SemVer } from "semver";

/** One tag of a repository, as its status lists it. */
export interface Tag {
  name: string;
  digest: string;
  createdAt: string;
  deprecated?: boolean;
}

/** What is installed. Without a digest it is not known whether the tag has moved. */
export interface InstalledTag {
  tag: string;
  digest?: string | undefined;
}

/** How far an installation may go by itself. */
export type UpgradePolicy = "none" | "patch" | "minor";

/**
 * The tag that is worth changing to: the newest that is newer than what is installed, or the installed one if it stands
 * for another image now. Versions (`1.2.3`, `v1.2`) are compared by semver, other names by the time of their image, and
 * the two never with each other. Deprecated tags, and versions above the one that the publisher calls the latest, are
 * left out. Undefined: there is nothing newer.
 */
export function newerTag(
  installed: InstalledTag,
  tags: readonly Tag[],
  latest?: string,
): { tag: string; digest: string } | undefined {
  const usable = tags.filter(({ deprecated }) => !deprecated);
  const best = usable.filter(isAfter(installed, tags, latest)).sort(newestFirst)[0];
  const same = usable.find(({ name }) => name === installed.tag);
  const moved = installed.digest && same && same.digest !== installed.digest ? same : undefined;
  const found = best ?? moved;
  return found && { tag: found.name, digest: found.digest };
}

/**
 * The newest version that the policy lets an installation take by itself. Only versions count: what a moved tag or a
 * name brings cannot be told beforehand. A major version 0 promises nothing, so there `minor` means `patch`.
 */
export function automaticTag(
  policy: UpgradePolicy,
  installed: InstalledTag,
  tags: readonly Tag[],
  latest?: string,
): { tag: string; digest: string } | undefined {
  const from = versionOf(installed.tag);
  if (policy === "none" || !from) return undefined;
  const [best] = tags
    .filter(({ deprecated }) => !deprecated)
    .filter(isAfter(installed, tags, latest))
    .filter(({ name }) => {
      const to = versionOf(name);
      if (!to || to.prerelease.length > 0 || to.major !== from.major) return false;
      return to.minor === from.minor || (policy === "minor" && from.major > 0);
    })
    .sort(newestFirst);
  return best && { tag: best.name, digest: best.digest };
}

/** Whether one tag is a higher version than the other; undefined when one of them is no version. */
export function isHigher(tag: string, than: string): boolean | undefined {
  const [a, b] = [versionOf(tag), versionOf(than)];
  return a && b ? semver.gt(a, b) : undefined;
}

/** The version that a tag is. `1.27-alpine` is none: what comes after the numbers is another choice, not another age. */
function versionOf(tag: string): SemVer | null {
  return /^v?\d+(\.\d+)?$/.test(tag) ? semver.coerce(tag) : semver.parse(tag.replace(/^v/, ""));
}

function isAfter({ tag, digest }: InstalledTag, tags: readonly Tag[], latest = ""): (each: Tag) => boolean {
  const from = versionOf(tag);
  const highest = versionOf(latest);
  if (from)
    return ({ name }) => {
      const to = versionOf(name);
      return to !== null && semver.gt(to, from) && !(highest && semver.gt(to, highest));
    };
  // `latest` names whatever is newest, so it has no age of its own.
  const known =
    tags.find((each) => each.name === tag && each.digest === digest) ?? tags.find(({ name }) => name === tag);
  if (tag === "latest" || !known) return () => false;
  return ({ name, createdAt }) =>
    name !== "latest" && name !== tag && !versionOf(name) && createdAt > known.createdAt;
}

function newestFirst(a: Tag, b: Tag): number {
  const [left, right] = [versionOf(a.name), versionOf(b.name)];
  return (left && right ? semver.rcompare(left, right) : 0) || b.createdAt.localeCompare(a.createdAt);
}
