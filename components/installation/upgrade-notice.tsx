"use client";
import { ArrowUpCircle, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useImage } from "@/components/hub/use-image";
import { Reason } from "@/components/i18n/reason";
import { ReleaseNotes } from "@/components/install/release-notes";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { parseImageReference } from "@/lib/model/names";
import type { Installation } from "@/lib/model/resources";

interface UpgradeNoticeProps {
  installation: Installation;
  /** Absent for those who may not change things. */
  onUpgrade?: () => void;
}

/** That there is something newer, with what its publisher says of it, and why it was not taken by itself. */
export function UpgradeNotice({ installation, onUpgrade }: UpgradeNoticeProps) {
  const t = useTranslations("installation");
  const { status, spec } = installation;
  const { available } = status ?? {};
  const image = parseImageReference(spec.image);
  const detail = useImage(image && available ? { ...image, tag: available.tag } : undefined);
  const notes = detail.data?.tags.find((each) => each.tag === available?.tag)?.releaseNotes;
  if (!available || !image) return null;
  const { tag } = available;
  const held = status?.conditions?.find(({ type }) => type === "AutomaticUpgrade");
  const word = `upgrades.held.${held?.reason}`;
  return (
    <Notice
      tone="accent"
      icon={<ArrowUpCircle size={18} aria-hidden />}
      label={t("upgrades.available", { tag })}
    >
      <div className="flex flex-wrap items-start gap-3">
        <h2 className="min-w-0 flex-1 basis-40 font-semibold">
          {t(image.tag === tag ? "upgrades.moved" : "upgrades.available", { tag })}
        </h2>
        {onUpgrade ? (
          <Button size="sm" variant="primary" onClick={onUpgrade}>
            {t("upgrades.look", { tag })}
          </Button>
        ) : null}
      </div>
      {held?.status === "False" ? (
        <p className="mt-1 wrap-break-word">{t.has(word) ? t(word) : held.message}</p>
      ) : null}
      {notes ? (
        <div className="mt-2">
          <ReleaseNotes tag={tag} notes={notes} />
        </div>
      ) : null}
    </Notice>
  );
}

/** That the last upgrade was taken back, and why. */
export function TakenBack({ installation }: { installation: Installation }) {
  const t = useTranslations("installation");
  const { upgrade } = installation.status ?? {};
  if (upgrade?.phase !== "RolledBack" || !upgrade.automatic) return null;
  const tagOf = (image: string) => parseImageReference(image)?.tag ?? "";
  const tags = { from: tagOf(upgrade.from.image), to: tagOf(upgrade.to.image) };
  return (
    <Notice tone="warn" icon={<Undo2 size={18} aria-hidden />} label={t("upgrades.takenBack", tags)}>
      <h2 className="font-semibold">{t("upgrades.takenBack", tags)}</h2>
      {upgrade.message ? (
        <p className="mt-1 wrap-break-word">
          <Reason of={upgrade} />
        </p>
      ) : null}
    </Notice>
  );
}

interface NoticeProps {
  tone: "accent" | "warn";
  icon: ReactNode;
  label: string;
  children: ReactNode;
}

function Notice({ tone, icon, label, children }: NoticeProps) {
  return (
    <section
      aria-label={label}
      className={cx(
        "mt-4 flex items-start gap-3 rounded-lg px-4 py-3",
        tone === "accent"
          ? "bg-accent-soft [&>span:first-child]:text-accent-text"
          : "bg-warn-soft [&>span:first-child]:text-warn",
      )}
    >
      <span className="mt-0.5 shrink-0">{icon}</span>
      <div className="min-w-0 flex-1">{children}</div>
    </section>
  );
}
