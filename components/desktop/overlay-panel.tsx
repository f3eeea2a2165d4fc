"use client";
import * as Radix from "radix-ui/dialog";
import type { ReactNode } from "react";
import { cx } from "@/components/ui/cx";
import { useFocusBack } from "@/components/ui/use-focus-back";
import { overlay } from "./overlay";

/** The frame of what lies over the desktop: focus goes in, Escape and a press outside close it. */
export function OverlayPanel({
  title,
  className,
  clear,
  children,
}: {
  title: string;
  className: string;
  /** What lies behind stays undimmed. */
  clear?: boolean;
  children: ReactNode;
}) {
  const focusBack = useFocusBack();
  return (
    <Radix.Root open onOpenChange={(open) => !open && overlay.hide()}>
      <Radix.Portal>
        <Radix.Overlay className={cx("fixed inset-0 z-[800] animate-fade", !clear && "bg-scrim")} />
        <Radix.Content
          {...focusBack}
          aria-describedby={undefined}
          className={cx("fixed z-[801] flex animate-appear flex-col text-text outline-none", className)}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
