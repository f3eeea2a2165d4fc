"use client";
import { Check } from "lucide-react";
import { useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { overlay } from "./overlay";
import { desktop, useDesktop } from "./store";
import { wallpaperOf, wallpapers } from "./wallpaper";

/** Chooses the wallpaper; it changes behind the dialog at once. */
export default function WallpaperDialog() {
  const t = useTranslations("desktop.wallpapers");
  const current = wallpaperOf(useDesktop((state) => state.spec.wallpaper));
  return (
    <Dialog open onOpenChange={overlay.hide} title={t("title")} size="sm">
      <ul className="grid grid-cols-2 gap-3">
        {wallpapers.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={current === name}
              onClick={() => desktop.set({ wallpaper: name })}
              className={cx(
                "block w-full overflow-hidden rounded-lg border-2 text-left",
                current === name ? "border-accent-text" : "border-line hover:border-line-strong",
              )}
            >
              <span data-wallpaper={name} className="wallpaper-sample relative block h-24 overflow-hidden">
                <i />
                <i />
                <i />
              </span>
              <span className="flex h-9 items-center justify-between px-3 text-sm">
                {t(name)}
                {current === name ? <Check size={16} aria-hidden className="text-accent-text" /> : null}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
