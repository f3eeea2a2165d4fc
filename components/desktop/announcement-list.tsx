"use client";
import { CircleAlert, Info, TriangleAlert, X } from "lucide-react";
import { useRef } from "react";
import { useLocale, useTranslations } from "use-intl";
import { IconButton } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { ServerHtml } from "@/components/ui/server-html";
import type { AnnouncementView } from "@/lib/model/stream";

const looks = {
  info: { Icon: Info, ground: "bg-accent-soft", sign: "text-accent-text" },
  warning: { Icon: TriangleAlert, ground: "bg-warn-soft", sign: "text-warn" },
  critical: { Icon: CircleAlert, ground: "bg-danger-soft", sign: "text-danger" },
};

interface AnnouncementListProps {
  announcements: readonly AnnouncementView[];
  onDismiss: (edition: string) => void;
}

/** Announcements in the reader's language, each with a way to put it away. */
export default function AnnouncementList({ announcements, onDismiss }: AnnouncementListProps) {
  const list = useRef<HTMLUListElement>(null);
  /** The next one's button takes the focus that would be lost with this one. */
  const dismiss = (edition: string, index: number) => {
    const buttons = list.current?.querySelectorAll<HTMLElement>("button[data-dismiss]") ?? [];
    (buttons[index + 1] ?? buttons[index - 1])?.focus();
    onDismiss(edition);
  };
  return (
    <ul ref={list}>
      {announcements.map((announcement, index) => (
        <Announcement
          key={announcement.edition}
          announcement={announcement}
          onDismiss={() => dismiss(announcement.edition, index)}
        />
      ))}
    </ul>
  );
}

function Announcement({
  announcement,
  onDismiss,
}: {
  announcement: AnnouncementView;
  onDismiss: () => void;
}) {
  const t = useTranslations("desktop.announcements");
  const locale = useLocale();
  const { severity, i18n } = announcement;
  const { title = announcement.title, html } = i18n[locale] ?? {};
  const text = html || announcement.html;
  const { Icon, ground, sign } = looks[severity];
  return (
    <li className={cx("flex items-start gap-3 border-b border-line px-4 py-2 text-text", ground)}>
      <Icon size={16} aria-hidden className={cx("mt-0.5 shrink-0", sign)} />
      <div className="min-w-0 flex-1">
        <p className="wrap-break-word">
          <span className={cx("mr-2 text-xs font-medium", sign)}>{t(`severities.${severity}`)}</span>
          <strong className="font-semibold">{title}</strong>
        </p>
        {text ? <ServerHtml html={text} className="max-h-40 max-w-prose overflow-y-auto text-sm" /> : null}
      </div>
      <IconButton data-dismiss label={t("dismiss", { title })} className="-my-1 shrink-0" onClick={onDismiss}>
        <X size={16} aria-hidden />
      </IconButton>
    </li>
  );
}
