"use client";
import * as Radix from "radix-ui/tabs";
import { type ReactNode, useEffect, useRef } from "react";

interface TabsProps {
  value: string;
  onValueChange: (value: string) => void;
  /** Names the list for assistive technology. */
  label: string;
  items: { value: string; label: string; count?: number }[];
  children: ReactNode;
  className?: string;
}

/** Pixels of the next tab that stay in view, to show that there is one. */
const NEIGHBOUR = 32;

/** Tabs whose state belongs to the caller (usually the URL). Put `TabPanel`s inside. */
export function Tabs({ value, onValueChange, label, items, children, className }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  // On a narrow page the row of tabs scrolls; the chosen one is never out of sight.
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(value)}"]`);
    if (!list.current || !chosen) return;
    const { left, right } = list.current.getBoundingClientRect();
    const box = chosen.getBoundingClientRect();
    if (box.left < left) list.current.scrollLeft += box.left - left - NEIGHBOUR;
    else if (box.right > right) list.current.scrollLeft += box.right - right + NEIGHBOUR;
  }, [value]);
  return (
    <Radix.Root value={value} onValueChange={onValueChange} className={className}>
      <Radix.List
        ref={list}
        aria-label={label}
        className="scroll-hint flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]"
      >
        {items.map((item) => (
          <Radix.Trigger
            key={item.value}
            value={item.value}
            data-tab={item.value}
            className="-mb-px flex h-10 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-3 font-medium text-muted -outline-offset-2 hover:text-text data-[state=active]:border-accent-text data-[state=active]:text-text"
          >
            {item.label}
            {item.count === undefined ? null : (
              <span className="rounded-full bg-sunken px-1.5 text-xs tabular-nums text-muted">
                {item.count}
              </span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {children}
    </Radix.Root>
  );
}

/** Shown while its tab is chosen. */
export function TabPanel({
  value,
  children,
  className,
}: {
  value: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <Radix.Content value={value} className={className ?? "pt-4"}>
      {children}
    </Radix.Content>
  );
}
