import { parseImageReference } from "./names.ts";

/**
 * What somebody may do about an installation that is not well, each a button: try again, change inputs, choose another
 * tag, look at what a provider needs or at its instances, look for a provider, ask for more quota.
 */
export type Way = "retry" | "inputs" | "tag" | "grant" | "provider" | "hub" | "quota" | "instances";

/** By the code that the status gives; the first is the nearest to the cause. */
const ways: Record<string, readonly Way[]> = {
  "image-unknown": ["tag", "retry"],
  "image-invalid": ["tag", "retry"],
  "input-missing": ["inputs"],
  "input-invalid": ["inputs"],
  "expression-failed": ["inputs", "tag"],
  "manifest-refused": ["inputs", "tag"],
  "immutable-field": ["tag", "retry"],
  "rejected-by-cluster": ["inputs", "tag", "retry"],
  "too-large": ["inputs", "tag"],
  "kind-missing": ["hub", "retry"],
  "not-granted": ["grant", "retry"],
  "provider-failed": ["provider", "retry"],
  "quota-exceeded": ["quota", "inputs", "retry"],
  "instances-exist": ["instances"],
  "image-pull": ["inputs", "tag", "retry"],
  unschedulable: ["inputs", "retry"],
  "out-of-memory": ["inputs", "retry"],
  crash: ["inputs", "retry"],
  forbidden: ["tag", "retry"],
};

/** Whether it is about which provider comes along, which is chosen where inputs are set, also where there are none. */
export function isProviderChoice(reason: string | undefined): boolean {
  return reason?.startsWith("choice-") === true;
}

/** A way on, and where it leads when it is a page. */
export interface WayOn {
  way: Way;
  to?: string;
}

/** What went wrong, as a status or a plan says it. */
interface Fault {
  code?: string | undefined;
  reason?: string | undefined;
  params?: Readonly<Record<string, string | number>> | undefined;
}

/**
 * The ways on from a fault of an image (`org/repo:tag`), the best first; there is always one. `hasInputs`: whether there
 * is anything to change.
 */
export function waysOf(
  { code = "", reason, params = {} }: Fault,
  imageText: string,
  hasInputs: boolean,
): WayOn[] {
  // A provider that fails because nobody has allowed it says so in the reason.
  const key = reason === "not-granted" || reason === "grant-short" ? "not-granted" : code;
  const known = ways[key] ?? ["retry"];
  const image = parseImageReference(imageText);
  const provider = parseImageReference(String(params.provider ?? "").replace(".", "/")) ?? image;
  const page = (reference: typeof image, tab: string) =>
    reference && `/hub/${reference.org}/${reference.repo}?tab=${tab}`;
  const places: Partial<Record<Way, string | undefined>> = {
    tag: page(image, "tags"),
    grant: page(provider, "permissions"),
    provider: page(provider, "overview"),
    instances: image && `/providers/${image.org}.${image.repo}`,
    hub: `/hub?q=${encodeURIComponent(String(params.kind ?? params.what ?? "").split(" ")[0] ?? "")}`,
  };
  const open = known.flatMap((way): WayOn[] => {
    if (way === "inputs") return hasInputs ? [{ way }] : [];
    if (!(way in places)) return [{ way }];
    const to = places[way];
    return to ? [{ way, to }] : [];
  });
  return open.length > 0 ? open : [{ way: "retry" }];
}
