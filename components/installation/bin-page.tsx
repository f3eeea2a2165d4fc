"use client";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useSession } from "@/components/data/session";
import { AppIcon } from "@/components/ui/app-icon";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { formatBytes } from "@/components/ui/units";
import type { BinEntry } from "@/lib/model/bin";
import { parseImageReference } from "@/lib/model/names";
import { useBin, useEmptyBin, useRestore } from "./use-bin";

/** Uninstalled apps: until when they can be restored, and what they still take. */
export default function BinPage() {
  const t = useTranslations("installation.bin");
  const locale = useLocale();
  const { mayEdit } = useSession();
  const bin = useBin();
  const restore = useRestore();
  /** What is asked to be deleted for good; `null`: everything. */
  const [leaving, setLeaving] = useState<BinEntry | null>();
  if (bin.error) return <ErrorState error={bin.error} onRetry={() => bin.refetch()} />;
  if (!bin.data) return <Skeleton className="m-8 h-40" />;
  const { items } = bin.data;
  const bytes = items.flatMap(({ volumes }) => volumes).reduce((sum, volume) => sum + volume.bytes, 0);
  return (
    <article className="mx-auto w-full max-w-[960px] p-4 @3xl:px-8 @3xl:py-6">
      <header className="flex flex-wrap items-start gap-4">
        <div className="min-w-0 flex-1 basis-64">
          <h1 className="text-xl font-semibold">{t("title")}</h1>
          {items.length > 0 ? (
            <p className="mt-1 text-muted">
              {bytes > 0 ? t("quota", { storage: formatBytes(bytes, locale) }) : t("hint")}
            </p>
          ) : null}
        </div>
        {mayEdit && items.length > 0 ? (
          <Button variant="danger" onClick={() => setLeaving(null)}>
            {t("emptyAll")}
          </Button>
        ) : null}
      </header>
      {restore.error ? (
        <div className="mt-4">
          <ErrorState error={restore.error} inline />
        </div>
      ) : null}
      {items.length === 0 ? (
        <EmptyState icon={<Trash2 size={28} aria-hidden />} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <ul className="mt-6 flex flex-col gap-3" aria-label={t("title")}>
          {items.map((entry) => (
            <Item
              key={entry.name}
              entry={entry}
              busy={restore.isPending}
              {...(mayEdit
                ? { onRestore: () => restore.mutate(entry.name), onDelete: () => setLeaving(entry) }
                : {})}
            />
          ))}
        </ul>
      )}
      {leaving === undefined ? null : <ForGood entry={leaving} onClose={() => setLeaving(undefined)} />}
    </article>
  );
}

interface ItemProps {
  entry: BinEntry;
  busy: boolean;
  /** Absent for who may only look. */
  onRestore?: () => void;
  onDelete?: () => void;
}

function Item({ entry, busy, onRestore, onDelete }: ItemProps) {
  const t = useTranslations("installation.bin");
  const locale = useLocale();
  const { title, installation, image, volumes, secrets, removedAt, expiresAt, taken } = entry;
  const reference = parseImageReference(image);
  const bytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0);
  const icon = reference && `/api/hub/repositories/${reference.org}/${reference.repo}/icon`;
  return (
    <li className="flex flex-wrap items-center gap-4 rounded-lg border border-line bg-surface p-4">
      <AppIcon {...(icon ? { src: icon } : {})} name={title} size={40} />
      <div className="min-w-0 flex-1 basis-56">
        <h2 className="font-medium wrap-break-word">{title}</h2>
        <p className="text-sm text-muted">
          <span className="font-mono">{installation}</span> ·{" "}
          {t("keeps", { volumes: volumes.length, storage: formatBytes(bytes, locale), secrets })}
        </p>
        <p className="text-sm text-muted">
          {t("removed")} <RelativeTime value={removedAt} />
          {expiresAt ? (
            <>
              {" · "}
              {t("expires")} <RelativeTime value={expiresAt} />
            </>
          ) : null}
        </p>
        {taken ? <p className="text-sm">{t("taken", { name: installation })}</p> : null}
      </div>
      {onRestore ? (
        <Button
          icon={<RotateCcw size={16} aria-hidden />}
          aria-label={t("restoreNamed", { title })}
          disabled={busy || taken}
          onClick={onRestore}
        >
          {t("restore")}
        </Button>
      ) : null}
      {onDelete ? (
        <IconButton label={t("deleteNamed", { title })} disabled={taken} onClick={onDelete}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      ) : null}
    </li>
  );
}

/** This cannot be undone, so it is asked. */
function ForGood({ entry, onClose }: { entry: BinEntry | null; onClose: () => void }) {
  const t = useTranslations("installation.bin");
  const empty = useEmptyBin();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="sm"
      title={entry ? t("deleteTitle", { title: entry.title }) : t("emptyTitle")}
      description={t("deleteHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            variant="danger"
            loading={empty.isPending}
            onClick={() => empty.mutate(entry?.name, { onSuccess: onClose })}
          >
            {t("delete")}
          </Button>
        </>
      }
    >
      {empty.error ? <ErrorState error={empty.error} inline /> : null}
    </Dialog>
  );
}
