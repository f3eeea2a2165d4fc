"use client";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { TabPanel, Tabs } from "@/components/ui/tabs";

export type ReadmeLanguage = "en" | "zh";

interface LanguageTabsProps {
  value: ReadmeLanguage;
  onValueChange: (value: ReadmeLanguage) => void;
  children: ReactNode;
}

/** One README per language. */
export function LanguageTabs({ value, onValueChange, children }: LanguageTabsProps) {
  const t = useTranslations("publishing.edit");
  return (
    <Tabs
      label={t("languages")}
      value={value}
      onValueChange={(next) => onValueChange(next === "zh" ? "zh" : "en")}
      items={[
        { value: "en", label: "English" },
        { value: "zh", label: "中文" },
      ]}
    >
      <TabPanel value={value}>{children}</TabPanel>
    </Tabs>
  );
}
