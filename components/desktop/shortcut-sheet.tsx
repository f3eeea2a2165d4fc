"use client";
import { useTranslations } from "use-intl";
import { Dialog } from "@/components/ui/dialog";
import { commandKey, isMac } from "./keys";
import { overlay } from "./overlay";

const groups = {
  everywhere: [
    ["palette", "⌘K"],
    ["launcher", "Alt+Shift+L"],
    ["showDesktop", "Alt+Shift+D"],
    ["help", "?"],
  ],
  windows: [
    ["close", "Alt+Shift+W"],
    ["minimize", "Alt+Shift+M"],
    ["maximize", "Alt+Shift+↑"],
    ["halves", "Alt+Shift+← · →"],
    ["next", "Alt+Shift+N"],
  ],
  icons: [
    ["walk", "← ↑ → ↓"],
    ["move", "Shift+← ↑ → ↓"],
    ["open", "↵"],
    ["menu", "Shift+F10"],
    ["uninstall", "Del"],
  ],
} as const;

const shown = (combination: string) =>
  combination === "⌘K" ? commandKey() : isMac() ? combination.replace("Alt+Shift+", "⌥⇧") : combination;

/** Every key that the desktop knows. */
export default function ShortcutSheet() {
  const t = useTranslations("desktop.shortcuts");
  return (
    <Dialog open onOpenChange={overlay.hide} title={t("title")} description={t("hint")} size="md">
      {Object.entries(groups).map(([group, keys]) => (
        <section key={group} className="mb-4">
          <h3 className="mb-1 text-sm text-muted">{t(`groups.${group}`)}</h3>
          <dl>
            {keys.map(([name, combination]) => (
              <div
                key={name}
                className="flex min-h-9 items-center justify-between gap-4 border-b border-line"
              >
                <dt>{t(`keys.${name}`)}</dt>
                <dd>
                  <kbd className="rounded-sm border border-line bg-sunken px-1.5 py-0.5 font-sans text-sm whitespace-nowrap">
                    {shown(combination)}
                  </kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
