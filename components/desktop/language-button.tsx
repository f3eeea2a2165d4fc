"use client";
import { Languages } from "lucide-react";
import { useLocale } from "use-intl";
import { rememberLocale } from "@/components/i18n/preferences";
import { Button } from "@/components/ui/button";

/** Switches to the other language; named in that language. */
export function LanguageButton() {
  const locale = useLocale();
  const other = locale === "zh" ? "en" : "zh";
  return (
    <Button
      size="sm"
      variant="quiet"
      lang={other}
      icon={<Languages size={16} aria-hidden />}
      onClick={() => rememberLocale(other)}
    >
      {other === "zh" ? "中文" : "English"}
    </Button>
  );
}
