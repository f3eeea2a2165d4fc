"use client";
import { useTranslations } from "use-intl";

/** What the publisher says of a version, as plain text. */
export function ReleaseNotes({ tag, notes }: { tag: string; notes: string | undefined }) {
  const t = useTranslations("installation");
  return (
    <section aria-label={t("releaseNotes", { tag })}>
      <h3 className="font-semibold">{t("releaseNotes", { tag })}</h3>
      {notes ? (
        <p className="mt-1 max-h-48 overflow-y-auto whitespace-pre-line wrap-break-word">{notes}</p>
      ) : (
        <p className="mt-1 text-muted">{t("noReleaseNotes")}</p>
      )}
    </section>
  );
}
