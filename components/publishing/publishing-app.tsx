"use client";
import { ArrowLeft } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { LazyMessages } from "@/components/i18n/messages";
import { EmptyState } from "@/components/ui/empty-state";

const Organizations = lazy(() => import("./organizations-page"));
const Organization = lazy(() => import("./organization-page"));
const Publish = lazy(() => import("./publish-page"));
const Join = lazy(() => import("./join-page"));
const Edit = lazy(() => import("./edit-page"));
const History = lazy(() => import("./history-page"));

/** What publishers do: below `/hub/-/` what concerns no image, else `/hub/{org}/{repo}/edit` and `…/history`. */
export default function PublishingApp({ segments }: { segments: string[] }) {
  return (
    <LazyMessages area="publishing">
      <Suspense fallback={null}>
        <Frame segments={segments} />
      </Suspense>
    </LazyMessages>
  );
}

function Frame({ segments }: { segments: string[] }) {
  const t = useTranslations("publishing");
  const [org = "", repo = ""] = segments;
  const page = pageOf(segments);
  const [to, label] =
    org !== "-"
      ? [`/hub/${org}/${repo}`, `${org}/${repo}`]
      : repo === "organizations" && segments[2]
        ? ["/hub/-/organizations", t("organizations.title")]
        : ["/hub", t("hub")];
  return (
    <div className="mx-auto w-full max-w-[1100px] p-4 @3xl:px-8 @3xl:py-6">
      <AppLink
        to={to}
        className="inline-flex min-h-8 items-center gap-1 rounded-md text-muted hover:text-text"
      >
        <ArrowLeft size={16} aria-hidden />
        {label}
      </AppLink>
      {page ?? <EmptyState title={t("nothingHere")} />}
    </div>
  );
}

function pageOf([org = "", repo = "", third = ""]: string[]): ReactNode {
  if (org === "-" && repo === "organizations")
    return third ? <Organization key={third} org={third} /> : <Organizations />;
  if (org === "-" && repo === "publish") return <Publish />;
  if (org === "-" && repo === "join") return <Join />;
  if (org !== "-" && third === "edit") return <Edit key={`${org}/${repo}`} org={org} repo={repo} />;
  if (org !== "-" && third === "history") return <History key={`${org}/${repo}`} org={org} repo={repo} />;
  return undefined;
}
