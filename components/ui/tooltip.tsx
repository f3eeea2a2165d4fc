"use client";
import * as Radix from "radix-ui/tooltip";
import type { ReactNode } from "react";

/** At the root, once: neighbouring tooltips then open without waiting again. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Radix.Provider delayDuration={400}>{children}</Radix.Provider>;
}

interface TooltipProps {
  text: ReactNode;
  shortcut?: string;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}

/** Explains its child on hover and focus. The child must take focus; nothing essential may live only here. */
export function Tooltip({ text, shortcut, side = "bottom", children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-[1000] max-w-80 animate-fade rounded-md border border-line bg-raised px-2 py-1 text-sm text-text shadow-raised wrap-break-word"
        >
          {text}
          {shortcut ? <kbd className="ml-2 font-sans text-xs text-muted">{shortcut}</kbd> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
