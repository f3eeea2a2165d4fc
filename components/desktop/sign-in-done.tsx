"use client";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { EmptyState } from "@/components/ui/empty-state";
import { announceSignIn } from "./sign-in-channel";

export function SignInDone() {
  const t = useTranslations("desktop.signIn");
  useEffect(() => {
    announceSignIn();
    window.close();
  }, []);
  return <EmptyState title={t("done")}>{t("doneHint")}</EmptyState>;
}
