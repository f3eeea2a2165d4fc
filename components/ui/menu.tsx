"use client";
import { Check } from "lucide-react";
import * as Context from "radix-ui/context-menu";
import * as Dropdown from "radix-ui/dropdown-menu";
import type { ComponentType, ReactNode } from "react";
import { cx } from "./cx";

export type MenuEntry =
  | {
      label: string;
      icon?: ReactNode;
      onSelect: () => void;
      danger?: boolean;
      disabled?: boolean;
      /** Why it is disabled, or a second line. */
      hint?: string;
      shortcut?: string;
      /** Present: one of several choices, or a switch. */
      checked?: boolean;
    }
  | { heading: string }
  | "separator";

const panel =
  "z-[950] min-w-48 max-w-80 max-h-[min(70dvh,var(--radix-dropdown-menu-content-available-height,70dvh))] animate-appear overflow-y-auto rounded-lg border border-line bg-raised p-1 text-text shadow-raised outline-none";

/** Both menus of Radix have the same parts; this draws the entries with either. */
interface Parts {
  Item: ComponentType<{
    className?: string;
    disabled?: boolean;
    onSelect?: () => void;
    children?: ReactNode;
  }>;
  CheckboxItem: ComponentType<{
    className?: string;
    disabled?: boolean;
    checked?: boolean;
    onSelect?: () => void;
    children?: ReactNode;
  }>;
  Separator: ComponentType<{ className?: string }>;
  Label: ComponentType<{ className?: string; children?: ReactNode }>;
}

function entryKey(item: MenuEntry | undefined): string {
  if (item === undefined || item === "separator") return "start";
  return "heading" in item ? item.heading : item.label;
}

function Entries({ items, parts }: { items: MenuEntry[]; parts: Parts }) {
  const marked = items.some(
    (item) => typeof item === "object" && "label" in item && (item.icon || item.checked !== undefined),
  );
  return items.map((item, index) => {
    if (item === "separator") {
      return <parts.Separator key={`after-${entryKey(items[index - 1])}`} className="my-1 h-px bg-line" />;
    }
    if ("heading" in item) {
      return (
        <parts.Label key={`heading-${item.heading}`} className="truncate px-2 pt-1.5 pb-1 text-xs text-muted">
          {item.heading}
        </parts.Label>
      );
    }
    const className = cx(
      "flex min-h-8 select-none items-center gap-2 rounded-md px-2 py-1 outline-none",
      "data-[highlighted]:bg-hover data-[disabled]:opacity-50",
      item.danger && "text-danger",
    );
    const body = (
      <>
        {marked ? (
          <span className="flex w-4 shrink-0 justify-center">
            {item.checked === undefined ? item.icon : item.checked ? <Check size={16} aria-hidden /> : null}
          </span>
        ) : null}
        <span className="min-w-0 flex-1">
          <span className="block truncate">{item.label}</span>
          {item.hint ? <span className="block text-xs text-muted">{item.hint}</span> : null}
        </span>
        {item.shortcut ? <kbd className="pl-4 font-sans text-xs text-muted">{item.shortcut}</kbd> : null}
      </>
    );
    const common = { className, disabled: item.disabled, onSelect: item.onSelect };
    return item.checked === undefined ? (
      <parts.Item key={item.label} {...common}>
        {body}
      </parts.Item>
    ) : (
      <parts.CheckboxItem key={item.label} checked={item.checked} {...common}>
        {body}
      </parts.CheckboxItem>
    );
  });
}

interface MenuProps {
  items: MenuEntry[];
  /** The button that opens it; must take a ref (Button and IconButton do). */
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom";
  onOpenChange?: (open: boolean) => void;
  open?: boolean;
}

/** A menu below a button. */
export function Menu({ items, children, align = "end", side = "bottom", open, onOpenChange }: MenuProps) {
  return (
    <Dropdown.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Dropdown.Trigger asChild>{children}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content align={align} side={side} sideOffset={4} collisionPadding={8} className={panel}>
          <Entries items={items} parts={Dropdown} />
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

/** A menu at the pointer: right click, long press, Menu key, or Shift+F10 on the child. */
export function ContextMenu({
  items,
  children,
  disabled,
}: {
  items: MenuEntry[];
  children: ReactNode;
  disabled?: boolean;
}) {
  return (
    <Context.Root modal={false}>
      <Context.Trigger asChild disabled={disabled}>
        {children}
      </Context.Trigger>
      <Context.Portal>
        <Context.Content collisionPadding={8} className={panel}>
          <Entries items={items} parts={Context} />
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  );
}
