"use client";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";

/** For a laptop that was lost: one press ends what it could do. */
export function Everywhere() {
  const t = useTranslations("cli");
  const ending = useMutation({
    mutationFn: () => api("DELETE", "/api/sessions"),
    onSuccess: () => location.assign("/signin"),
  });
  return (
    <div className="mt-8 border-t border-line pt-5">
      <p className="mb-3 text-sm text-muted">{t("everywhereHint")}</p>
      {ending.error ? <ErrorState error={ending.error} inline /> : null}
      <Button className="w-full" loading={ending.isPending} onClick={() => ending.mutate()}>
        {t("everywhere")}
      </Button>
    </div>
  );
}
