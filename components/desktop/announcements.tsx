"use client";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import type { AnnouncementView } from "@/lib/model/stream";
import { useDismissed } from "./use-dismissed";

const AnnouncementList = lazy(() => import("./announcement-list"));

const ORDER = { critical: 0, warning: 1, info: 2 };

/** What administrators tell everybody, until the person has put it away. */
export default function Announcements() {
  const t = useTranslations("desktop.announcements");
  const { user } = useSession();
  const { items } = useTopic<AnnouncementView>("announcements");
  const { dismissed, dismiss } = useDismissed(user.uid);
  const shown = [...items.values()]
    .filter(({ edition }) => !dismissed.has(edition))
    .sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || b.since.localeCompare(a.since));
  return (
    // There before anything is said: what appears in it is read out.
    <section
      aria-label={t("title")}
      aria-live={shown.some(({ severity }) => severity === "critical") ? "assertive" : "polite"}
      className="relative z-[600] max-h-[40dvh] shrink-0 overflow-y-auto"
    >
      <Suspense>
        {shown.length > 0 ? <AnnouncementList announcements={shown} onDismiss={dismiss} /> : null}
      </Suspense>
    </section>
  );
}
