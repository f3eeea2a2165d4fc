"use client";
import { X } from "lucide-react";
import * as Radix from "radix-ui/dialog";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "./button";
import { cx } from "./cx";
import { useFocusBack } from "./use-focus-back";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** One sentence under the title. */
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg" | "xl";
  /** Set false while leaving would lose something. */
  dismissible?: boolean;
}

const widths = {
  sm: "sm:max-w-[420px]",
  md: "sm:max-w-[560px]",
  lg: "sm:max-w-[800px]",
  xl: "sm:max-w-[1080px]",
};

/** A modal dialog; on a phone a sheet from the bottom. Focus goes in, stays in, and returns. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = "md",
  dismissible = true,
}: DialogProps) {
  const t = useTranslations("common");
  const focusBack = useFocusBack();
  const hold = dismissible ? undefined : (event: Event) => event.preventDefault();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-[900] animate-fade bg-scrim" />
        <Radix.Content
          {...focusBack}
          {...(description ? {} : { "aria-describedby": undefined })}
          onEscapeKeyDown={hold}
          onPointerDownOutside={hold}
          onInteractOutside={hold}
          className={cx(
            "fixed z-[901] flex max-h-[92dvh] w-full animate-appear flex-col bg-surface text-text shadow-window outline-none",
            "inset-x-0 bottom-0 rounded-t-xl",
            "sm:inset-0 sm:m-auto sm:h-fit sm:max-h-[86dvh] sm:w-[calc(100%-48px)] sm:rounded-xl",
            widths[size],
          )}
        >
          <header className="flex items-start gap-4 px-6 pt-5 pb-3">
            <div className={cx("min-w-0 flex-1", dismissible && "pr-8")}>
              <Radix.Title className="text-lg font-semibold wrap-break-word">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>
              ) : null}
            </div>
          </header>
          {children ? <div className="min-h-0 flex-1 overflow-y-auto px-6 pt-1 pb-5">{children}</div> : null}
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4">
              {footer}
            </footer>
          ) : null}
          {/* Last, so that the focus goes first to what the dialog is about. */}
          {dismissible ? (
            <Radix.Close asChild>
              <IconButton label={t("close")} tooltip={false} className="absolute top-4 right-4">
                <X size={16} aria-hidden />
              </IconButton>
            </Radix.Close>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
