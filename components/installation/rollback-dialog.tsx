"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { PlanPanel } from "@/components/install/plan-panel";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { parseImageReference } from "@/lib/model/names";
import type { Plan } from "@/lib/model/plan";
import type { Installation } from "@/lib/model/resources";
import type { RevisionView } from "@/lib/model/revision-view";
import { useRevisions } from "./use-revisions";

interface RollbackDialogProps {
  installation: Installation;
  /** A revision's number, or `before`: the one that going back means. */
  to: string;
  onClose: () => void;
}

/** What going back to a revision would do, and the button that does it. */
export default function RollbackDialog({ installation, to, onClose }: RollbackDialogProps) {
  const t = useTranslations("installation");
  const { name } = installation.metadata;
  const title = installation.status?.title ?? name;
  const { data, error, refetch } = useRevisions(name, String(installation.status?.revision ?? ""));
  const target = data?.find((each) => (to === "before" ? each.before : String(each.revision) === to));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="lg"
      title={t("rollback.title", { title })}
      description={t("rollback.hint")}
    >
      {target ? (
        <Target name={name} target={target} onClose={onClose} />
      ) : error ? (
        <ErrorState error={error} onRetry={refetch} inline />
      ) : data ? (
        <EmptyState title={t("rollback.nothing")}>{t("rollback.nothingHint")}</EmptyState>
      ) : (
        <Skeleton className="h-40 w-full" />
      )}
    </Dialog>
  );
}

function Target({ name, target, onClose }: { name: string; target: RevisionView; onClose: () => void }) {
  const t = useTranslations("installation");
  const { namespace } = useSession();
  const path = apiPath("namespaces", namespace, "installations", name, "revisions", String(target.revision));
  const [recreate, setRecreate] = useState<readonly string[]>([]);
  const asked = recreate.length > 0 ? `${path}?recreate=${encodeURIComponent(recreate.join(","))}` : path;
  const plan = useQuery({
    queryKey: ["rollback", asked],
    queryFn: ({ signal }) => api<Plan>("GET", asked, undefined, { signal }),
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 0,
  });
  const back = useMutation({
    mutationFn: () => api<Installation>("POST", path, recreate.length > 0 ? { recreate } : {}),
    onSuccess: (changed) => {
      stream.accept("installations", name, changed);
      onClose();
    },
  });
  const tag = parseImageReference(target.image)?.tag ?? target.image;
  return (
    <>
      <p className="mb-4 flex flex-wrap items-baseline gap-x-2 text-muted">
        <span className="font-medium text-text">{t("rollback.revision", { revision: target.revision })}</span>
        <span className="font-mono">{target.image}</span>
        <RelativeTime value={target.at} />
      </p>
      <PlanPanel
        plan={plan.data}
        error={plan.error}
        stale={plan.isFetching}
        incomplete={false}
        onRetry={plan.refetch}
        onRecreate={(object) => setRecreate((now) => [...now, object])}
      />
      {back.error ? (
        <div className="mt-4">
          <ErrorState error={back.error} inline />
        </div>
      ) : null}
      <div className="sticky -bottom-5 z-10 -mx-6 mt-5 -mb-5 flex flex-wrap justify-end gap-2 border-t border-line bg-surface px-6 py-4 sm:rounded-b-xl">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button
          variant="primary"
          loading={back.isPending}
          disabled={plan.data?.possible !== true || plan.isFetching}
          onClick={() => back.mutate()}
        >
          {t("rollback.to", { tag })}
        </Button>
      </div>
    </>
  );
}
