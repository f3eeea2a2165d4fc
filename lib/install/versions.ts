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
 * for another image now. Versions (`1.2.3`, `v1.2`) are compared by semver, those of a variant (`1.2-alpine`) with
 * their own kind, other names by the time of their image, and none of these with another. Deprecated tags, prereleases
 * but those of a version that is tried already, and versions above the one that the publisher calls the latest, are left
 * out. Undefined: there is nothing newer.
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
  const from = readTag(installed.tag)?.version;
  if (policy === "none" || !from) return undefined;
  const [best] = tags
    .filter(({ deprecated }) => !deprecated)
    .filter(isAfter(installed, tags, latest))
    .filter(({ name }) => {
      const to = readTag(name)?.version;
      if (!to || to.prerelease.length > 0 || to.major !== from.major) return false;
      return to.minor === from.minor || (policy === "minor" && from.major > 0);
    })
    .sort(newestFirst);
  return best && { tag: best.name, digest: best.digest };
}

/** Whether one tag is a higher version than the other; undefined when one of them is no version. */
export function isHigher(tag: string, than: string): boolean | undefined {
  const [a, b] = [readTag(tag), readTag(than)];
  return a && b && a.variant === b.variant ? semver.gt(a.version, b.version) : undefined;
}

/** What a tag says: a version, and which build of it. */
interface ReadTag {
  version: SemVer;
  /** `alpine` of `1.27-alpine`: another choice, not another age. Empty for most. */
  variant: string;
}

/** What after a version says that it is not out yet, as semver has it; `2` of `1.0.0-2` as well. */
const UNRELEASED =
  /^(alpha|beta|rc|pre(view|release)?|dev|next|canary|nightly|snapshot|milestone|ea|[abcm](?=[.\d])|\d)/i;

/** The version that a tag is; undefined for other names. */
function readTag(tag: string): ReadTag | undefined {
  const [, numbers, suffix = ""] = /^v?(\d+(?:\.\d+){0,2})(?:-(.+))?$/.exec(tag) ?? [];
  const version = numbers === undefined ? null : semver.coerce(numbers);
  if (!version) return undefined;
  if (!UNRELEASED.test(suffix)) return { version, variant: suffix };
  const unreleased = semver.parse(`${version}-${suffix.replaceAll("_", "-")}`);
  return unreleased ? { version: unreleased, variant: "" } : undefined;
}

function isAfter({ tag, digest }: InstalledTag, tags: readonly Tag[], latest = ""): (each: Tag) => boolean {
  const from = readTag(tag);
  const highest = readTag(latest)?.version;
  if (from)
    return ({ name }) => {
      const to = readTag(name);
      if (!to || to.variant !== from.variant || !semver.gt(to.version, from.version)) return false;
      // Who tries a version before it is out gets the next attempts at it.
      if (to.version.prerelease.length > 0)
        return from.version.prerelease.length > 0 && to.version.compareMain(from.version) === 0;
      return !(highest && semver.gt(to.version, highest));
    };
  // `latest` names whatever is newest, so it has no age of its own.
  const known =
    tags.find((each) => each.name === tag && each.digest === digest) ?? tags.find(({ name }) => name === tag);
  if (tag === "latest" || !known) return () => false;
  return ({ name, createdAt }) =>
    name !== "latest" && name !== tag && !readTag(name) && createdAt > known.createdAt;
}

function newestFirst(a: Tag, b: Tag): number {
  const [left, right] = [readTag(a.name), readTag(b.name)];
  return (
    (left && right ? semver.rcompare(left.version, right.version) : 0) ||
    b.createdAt.localeCompare(a.createdAt)
  );
}
