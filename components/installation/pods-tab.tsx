"use client";
import { Suspense } from "react";
import { useTopic } from "@/components/data/use-topic";
import { LazyMessages } from "@/components/i18n/messages";
import LogsPanel from "@/components/pods/logs-panel";
import { PodsList } from "@/components/pods/pods-list";
import { Skeleton } from "@/components/ui/skeleton";
import type { PodView } from "@/lib/model/stream";

interface PodsTabProps {
  name: string;
  /** Their logs, or what they are doing. */
  show: "pods" | "logs";
  /** Whose log is shown; empty for the first. */
  chosen: string;
  onChoose: (pod: string) => void;
}

/** The pods of an installation, live, and what they write. */
export default function PodsTab(props: PodsTabProps) {
  return (
    <Suspense fallback={<Skeleton className="h-64 w-full" />}>
      <LazyMessages area="provider">
        <Body {...props} />
      </LazyMessages>
    </Suspense>
  );
}

function Body({ name, show, chosen, onChoose }: PodsTabProps) {
  const { items, ready } = useTopic<PodView>(`pods/${name}`);
  if (!ready) return <Skeleton className="h-64 w-full" />;
  const pods = [...items.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return show === "pods" ? (
    <PodsList pods={pods} onLogs={onChoose} />
  ) : (
    <LogsPanel pods={pods} chosen={chosen} onChoose={onChoose} />
  );
}
