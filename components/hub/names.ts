import { useTranslations } from "use-intl";
import type { Requirement } from "@/lib/model/resources";

/** A category in the reader's language; one that we have no word for is shown as its image names it. */
export function useCategoryName(): (name: string) => string {
  const t = useTranslations("hub");
  return (name) => {
    const key = `categories.${name.toLowerCase().replace(/[^a-z]+/g, "-")}`;
    return t.has(key) ? t(key) : name.charAt(0).toUpperCase() + name.slice(1);
  };
}

/** `apps.kubeblocks.io/Cluster` → `Cluster`; an image keeps its whole name. */
export function needName(need: string): string {
  const [group = "", name = ""] = need.split("/");
  return group.includes(".") ? name : need;
}

/** `postgresql (acid.zalan.do/v1)`, or the image's reference. */
export function requirementText(requirement: Requirement): string {
  return "image" in requirement ? requirement.image : `${requirement.kind} (${requirement.apiVersion})`;
}
