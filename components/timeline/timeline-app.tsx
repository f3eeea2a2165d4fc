"use client";
import { Suspense } from "react";
import { useTranslations } from "use-intl";
import { LazyMessages } from "@/components/i18n/messages";
import { ReasonMessages } from "@/components/i18n/reason";
import { TimelineView } from "./timeline-view";

/** What happened in the workspace: `/timeline`. */
export default function TimelineApp() {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="timeline">
        <ReasonMessages>
          <div className="@container h-full overflow-y-auto bg-canvas">
            <Page />
          </div>
        </ReasonMessages>
      </LazyMessages>
    </Suspense>
  );
}

function Page() {
  const t = useTranslations("timeline");
  return (
    <article className="mx-auto w-full max-w-[960px] p-4 @3xl:px-8 @3xl:py-6">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <p className="mt-1 mb-4 text-muted">{t("lead")}</p>
      <TimelineView subject={{}} />
    </article>
  );
}
