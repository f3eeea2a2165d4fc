"use client";
import * as Radix from "radix-ui/tabs";
import type { ReactNode } from "react";

interface TabsProps {
  value: string;
  onValueChange: (value: string) => void;
  /** Names the list for assistive technology. */
  label: string;
  items: { value: string; label: string; count?: number }[];
  children: ReactNode;
  className?: string;
}

/** Tabs whose state belongs to the caller (usually the URL). Put `TabPanel`s inside. */
export function Tabs({ value, onValueChange, label, items, children, className }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onValueChange} className={className}>
      <Radix.List
        aria-label={label}
        className="flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]"
      >
        {items.map((item) => (
          <Radix.Trigger
            key={item.value}
            value={item.value}
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
