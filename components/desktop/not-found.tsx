"use client";
import { useTranslations } from "use-intl";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** An address that leads nowhere. */
export function NotFound() {
  const t = useTranslations("desktop.notFound");
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <EmptyState
        title={t("title")}
        action={
          <a href="/" className={buttonClass("primary")}>
            {t("back")}
          </a>
        }
      >
        {t("hint")}
      </EmptyState>
    </main>
  );
}
