"use client";
import { Suspense } from "react";
import { LazyMessages } from "@/components/i18n/messages";
import { Skeleton } from "@/components/ui/skeleton";
import type { TimelineSubject } from "@/lib/model/timeline";
import { TimelineView } from "./timeline-view";

/** The timeline of one installation or instance, in a tab of its page. */
export default function TimelineTab({ subject, version }: { subject: TimelineSubject; version: string }) {
  return (
    <Suspense fallback={<Skeleton className="h-64 w-full" />}>
      <LazyMessages area="timeline">
        <TimelineView subject={subject} version={version} />
      </LazyMessages>
    </Suspense>
  );
}
