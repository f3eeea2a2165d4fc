"use client";
import { X } from "lucide-react";
import * as Radix from "radix-ui/toast";
import { useTranslations } from "use-intl";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { useToasts } from "./toast";

const edges = {
  neutral: "border-l-line-strong",
  accent: "border-l-accent-text",
  ok: "border-l-ok",
  warn: "border-l-warn",
  danger: "border-l-danger",
};

/** Draws the toasts, bottom right above the dock; on a phone at the top. */
export default function ToastViewport() {
  const t = useTranslations("common");
  const { toasts, remove } = useToasts();
  return (
    <Radix.Provider label={t("notification")} swipeDirection="right">
      {toasts.map((toast) => (
        <Radix.Root
          key={toast.id}
          duration={toast.durationMs ?? (toast.tone === "danger" ? Number.POSITIVE_INFINITY : 6000)}
          onOpenChange={(open) => {
            if (!open) remove(toast.id);
          }}
          className={cx(
            "flex animate-appear items-start gap-3 rounded-lg border border-l-4 border-line bg-raised py-3 pr-2 pl-4 text-text shadow-raised",
            edges[toast.tone ?? "neutral"],
          )}
        >
          <div className="min-w-0 flex-1">
            <Radix.Title className="font-medium wrap-break-word">{toast.title}</Radix.Title>
            {toast.description ? (
              <Radix.Description className="text-sm text-muted wrap-break-word">
                {toast.description}
              </Radix.Description>
            ) : null}
          </div>
          {toast.action ? (
            <Radix.Action altText={toast.action.label} asChild onClick={toast.action.onSelect}>
              <Button size="sm">{toast.action.label}</Button>
            </Radix.Action>
          ) : null}
          <Radix.Close asChild>
            <IconButton label={t("close")} tooltip={false}>
              <X size={16} aria-hidden />
            </IconButton>
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed inset-x-4 top-14 z-[980] flex flex-col gap-2 outline-none sm:top-auto sm:right-4 sm:bottom-24 sm:left-auto sm:w-96" />
    </Radix.Provider>
  );
}
