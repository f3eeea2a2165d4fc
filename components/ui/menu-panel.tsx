"use client";
import { Check } from "lucide-react";
import * as Radix from "radix-ui/dropdown-menu";
import { useRef } from "react";
import { cx } from "./cx";
import { closeMenu, type MenuEntry, type OpenMenu } from "./menu-host";

/** The open menu: focus, arrows, typing ahead and placement are Radix's. */
export default function MenuPanel({ items, anchor, align, side, trigger, label }: OpenMenu) {
  const pressedOutside = useRef(false);
  return (
    <Radix.Root open onOpenChange={(open) => !open && closeMenu()} modal={false}>
      <Radix.Trigger asChild>
        <span
          aria-hidden
          className="pointer-events-none fixed"
          style={{ left: anchor.x, top: anchor.y, width: anchor.width, height: anchor.height }}
        />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={anchor.height > 0 ? 4 : 2}
          collisionPadding={8}
          aria-label={label}
          aria-labelledby={label ? undefined : ""}
          onInteractOutside={() => {
            pressedOutside.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!pressedOutside.current) trigger?.focus();
          }}
          className="z-[950] max-h-[min(75dvh,var(--radix-dropdown-menu-content-available-height))] max-w-80 min-w-44 animate-appear overflow-y-auto rounded-lg border border-line bg-raised p-1 text-text shadow-raised outline-none"
        >
          <Entries items={items} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function keyOf(item: MenuEntry | undefined): string {
  if (item === undefined || item === "separator") return "start";
  return "heading" in item ? item.heading : item.label;
}

function Entries({ items }: { items: MenuEntry[] }) {
  const marked = items.some(
    (item) => typeof item === "object" && "label" in item && (item.icon || item.checked !== undefined),
  );
  return items.map((item, index) => {
    if (item === "separator") {
      return <Radix.Separator key={`after-${keyOf(items[index - 1])}`} className="my-1 h-px bg-line" />;
    }
    if ("heading" in item) {
      return (
        <Radix.Label key={`heading-${item.heading}`} className="truncate px-2 pt-1.5 pb-1 text-xs text-muted">
          {item.heading}
        </Radix.Label>
      );
    }
    const className = cx(
      "flex min-h-8 select-none items-center gap-2 rounded-md px-2 py-1 outline-none",
      "data-[disabled]:opacity-50 data-[highlighted]:bg-hover",
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
    const common = { className, disabled: item.disabled ?? false, onSelect: item.onSelect };
    return item.checked === undefined ? (
      <Radix.Item key={item.label} {...common}>
        {body}
      </Radix.Item>
    ) : (
      <Radix.CheckboxItem key={item.label} checked={item.checked} {...common}>
        {body}
      </Radix.CheckboxItem>
    );
  });
}
