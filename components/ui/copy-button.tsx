"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { Button, IconButton } from "./button";
import { useToast } from "./toast";

/** Copies `text`; says "Copied" for two seconds. With `label` it is a button with words, else an icon. */
export function CopyButton({ text, label, name }: { text: string; label?: string; name?: string }) {
  const t = useTranslations("common");
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      toast({ tone: "warn", title: t("copyFailed"), description: t("copyFailedHint") });
    }
  };
  const icon = copied ? <Check size={14} aria-hidden className="text-ok" /> : <Copy size={14} aria-hidden />;
  const said = (
    <span role="status" className="sr-only">
      {copied ? t("copied") : ""}
    </span>
  );
  return label ? (
    <>
      <Button size="sm" icon={icon} onClick={copy}>
        {copied ? t("copied") : label}
      </Button>
      {said}
    </>
  ) : (
    <>
      <IconButton label={copied ? t("copied") : name ? t("copyNamed", { name }) : t("copy")} onClick={copy}>
        {icon}
      </IconButton>
      {said}
    </>
  );
}
