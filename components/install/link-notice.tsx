"use client";
import { Link2 } from "lucide-react";
import { useTranslations } from "use-intl";
import type { LinkedInputs } from "@/components/hub/install-link";

/** Says that a link filled in the form, and what of it was not taken. */
export function LinkNotice({ linked }: { linked: LinkedInputs }) {
  const t = useTranslations("installation.link");
  const names = (list: string[]) => list.join(", ");
  const count = Object.keys(linked.values).length;
  return (
    <div className="mb-5 flex items-start gap-2 rounded-md bg-sunken px-3 py-2 text-sm">
      <Link2 size={14} aria-hidden className="mt-1 shrink-0 text-muted" />
      <div className="flex min-w-0 flex-col gap-1 wrap-anywhere">
        <p>{t(count > 0 ? "filled" : "opened", { count })}</p>
        {linked.secret.length > 0 ? <p>{t("secret", { names: names(linked.secret) })}</p> : null}
        {linked.unknown.length > 0 ? <p>{t("unknown", { names: names(linked.unknown) })}</p> : null}
        {linked.long.length > 0 ? <p>{t("long", { names: names(linked.long) })}</p> : null}
      </div>
    </div>
  );
}
